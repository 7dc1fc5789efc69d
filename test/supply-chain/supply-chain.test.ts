import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { readYaml } from "../docker/read-yaml.ts";
import { repositoryPath } from "../docker/repository-path.ts";
import { recordAt } from "../docker/value-at.ts";
import { installedPackages, shippedNames } from "./installed-packages.ts";

const workspace = recordAt(readYaml("pnpm-workspace.yaml")[0]);
const page = readFileSync(repositoryPath("docs/dependencies.md"), "utf8");
const installed = installedPackages();

/** Licences that ask for no more than their text to be kept. */
const PERMISSIVE = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
]);

test("every version of the catalog has its reason in the list, and nothing stands there that is not used", () => {
  const listed = [...page.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name);
  expect(new Set(listed)).toEqual(new Set(Object.keys(recordAt(workspace, "catalog"))));
});

test("no package runs a script of its own when it is installed: each that wants to is named, and refused", () => {
  const allowed = recordAt(workspace, "allowBuilds");
  const wanting = new Set(installed.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name));
  expect([...wanting].filter((name) => allowed[name] !== false)).toEqual([]);
  expect(Object.values(allowed).filter((value) => value !== false)).toEqual([]);
  expect(wanting.size).toBeGreaterThan(0);
});

test("our own packages have no install script either", () => {
  const { scripts } = JSON.parse(readFileSync(repositoryPath("package.json"), "utf8")) as { scripts: object };
  expect(Object.keys(scripts).filter((name) => /install|prepare|postpublish/.test(name))).toEqual([]);
});

test("every licence is permissive; three tools have others, and none of these is shipped", () => {
  const others = installed.filter(({ licence }) => !licence.split(/ AND | OR |[()]/).every(isPermissive));
  const exceptions = [...page.matchAll(/^- `([^`]+)` \(/gm)].map(([, name]) => name);
  const shipped = shippedNames();

  expect(new Set(others.map(({ name }) => name))).toEqual(new Set(exceptions));
  expect(exceptions.filter((name) => shipped.has(name ?? ""))).toEqual([]);
  expect([...shipped]).toEqual(expect.arrayContaining(["bullmq", "ioredis", "msgpackr", "@volley/contract"]));
  expect(installed.length).toBeGreaterThan(500);
});

function isPermissive(licence: string): boolean {
  return licence === "" || PERMISSIVE.has(licence);
}
