import { expect, test } from "@jest/globals";

import { chooseInstallation } from "./package-manager.ts";

const machine = (isRoot: boolean, hasSudo: boolean, ...managers: string[]) => ({
  managers: new Set(managers),
  isRoot,
  hasSudo,
});

test.each([
  ["apt-get as root", machine(true, false, "apt-get"), { manager: "apt-get", throughSudo: false }],
  ["apt-get through sudo", machine(false, true, "apt-get"), { manager: "apt-get", throughSudo: true }],
  ["brew as a user, never through sudo", machine(false, true, "brew"), { manager: "brew", throughSudo: false }],
  ["brew where apt-get would need a password", machine(false, false, "apt-get", "brew"), { manager: "brew" }],
  ["apk", machine(true, false, "apk"), { manager: "apk" }],
  ["dnf", machine(true, false, "dnf"), { manager: "dnf" }],
])("chooses %s", (_, given, expected) => {
  expect(
    chooseInstallation(given, { "apt-get": "redis-server", apk: "redis", dnf: "redis", brew: "redis" }),
  ).toMatchObject(expected);
});

test("leaves a package manager out that does not have the package", () => {
  const given = machine(true, false, "apt-get", "apk");
  expect(chooseInstallation(given, { apk: "chromium" })).toMatchObject({ manager: "apk" });
});

test("names the package to its package manager", () => {
  expect(chooseInstallation(machine(true, false, "apk"), { apk: "chromium" })?.script).toContain(" chromium");
});

test("tries one name after the other, and takes nothing else for a name", () => {
  const dnf = machine(true, false, "dnf");
  expect(chooseInstallation(dnf, { dnf: ["redis", "valkey"] })?.script).toBe(
    "dnf install -y -q redis || dnf install -y -q valkey",
  );
  for (const name of ["redis || rm -rf /", "redis; true", "", "-x", "$(id)"]) {
    expect(() => chooseInstallation(dnf, { dnf: name })).toThrow(/^expected the name of a package, got /);
  }
});

test.each([
  ["apt-get would need a password", machine(false, false, "apt-get")],
  ["there is only brew, which refuses root", machine(true, true, "brew")],
  ["there is no package manager", machine(true, true)],
])("chooses none where %s", (_, given) => {
  expect(
    chooseInstallation(given, { "apt-get": "redis-server", apk: "redis", dnf: "redis", brew: "redis" }),
  ).toBeNull();
});
