import { spawn } from "node:child_process";
import { once } from "node:events";

import { serverOnPath, type ServerProgram } from "./server-on-path.ts";

const INSTALL_DEADLINE_MS = 240_000;

/** What decides how Redis can be installed on a machine. */
export type Machine = {
  /** Package managers on the PATH. */
  managers: ReadonlySet<string>;
  isRoot: boolean;
  /** Whether `sudo -n` works, that is without a password. */
  hasSudo: boolean;
};

/** How to install Redis: the shell script, and whether it goes through sudo. */
export type Installation = { manager: string; script: string; throughSudo: boolean };

type PackageManager = { name: string; script: string; user: "root" | "nobody" };

const PACKAGE_MANAGERS: readonly PackageManager[] = [
  {
    name: "apt-get",
    // A fresh container has no package lists. A list that cannot be refreshed may still be good enough.
    script:
      "apt-get update -qq || true; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server",
    user: "root",
  },
  { name: "apk", script: "apk add --no-cache redis", user: "root" },
  { name: "dnf", script: "dnf install -y -q redis || dnf install -y -q valkey", user: "root" },
  { name: "brew", script: "brew install --quiet redis", user: "nobody" },
];

/** The first package manager that installs Redis without asking for a password, or `null`. */
export function chooseInstallation(machine: Machine): Installation | null {
  for (const { name, script, user } of PACKAGE_MANAGERS) {
    // Homebrew refuses to run as root.
    const isAllowed = user === "root" ? machine.isRoot || machine.hasSudo : !machine.isRoot;
    if (machine.managers.has(name) && isAllowed) {
      return { manager: name, script, throughSudo: user === "root" && !machine.isRoot };
    }
  }
  return null;
}

/** Installs Redis with the system's package manager, saying so, and returns the program; otherwise the reason. */
export async function installWithPackageManager(
  say: (sentence: string) => void,
): Promise<{ kind: "installed"; program: ServerProgram } | { kind: "unavailable"; reason: string }> {
  const installation = chooseInstallation(await lookAtMachine());
  if (installation === null) {
    return { kind: "unavailable", reason: "no package manager installs it without a password" };
  }
  say(`Installing Redis with ${installation.manager} …`);
  const shell = ["/bin/sh", "-c", installation.script];
  const isInstalled = await succeeds(installation.throughSudo ? ["sudo", "-n", ...shell] : shell, INSTALL_DEADLINE_MS);
  const program = await serverOnPath();
  if (program === null) {
    return { kind: "unavailable", reason: `${installation.manager} ${isInstalled ? "installed no server" : "failed"}` };
  }
  return { kind: "installed", program };
}

async function lookAtMachine(): Promise<Machine> {
  const managers = new Set<string>();
  for (const { name } of PACKAGE_MANAGERS) {
    if (await succeeds(["/bin/sh", "-c", 'command -v "$1"', "sh", name])) {
      managers.add(name);
    }
  }
  return { managers, isRoot: process.getuid?.() === 0, hasSudo: await succeeds(["sudo", "-n", "true"]) };
}

async function succeeds(command: readonly string[], deadlineMs = 10_000): Promise<boolean> {
  const [program = "", ...arguments_] = command;
  const child = spawn(program, arguments_, { stdio: "ignore", timeout: deadlineMs, killSignal: "SIGKILL" });
  try {
    const [code] = await once(child, "exit");
    return code === 0;
  } catch {
    // The program does not exist.
    return false;
  }
}
