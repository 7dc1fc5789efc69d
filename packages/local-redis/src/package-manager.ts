import { spawn } from "node:child_process";
import { once } from "node:events";

const INSTALL_DEADLINE_MS = 240_000;

/** What a package is called by each package manager; one that does not have it is left out. */
export type PackageNames = {
  readonly "apt-get"?: string;
  readonly apk?: string;
  readonly dnf?: string;
  readonly brew?: string;
};

/** What decides how a package can be installed on a machine. */
export type Machine = {
  /** Package managers on the PATH. */
  managers: ReadonlySet<string>;
  isRoot: boolean;
  /** Whether `sudo -n` works, that is without a password. */
  hasSudo: boolean;
};

/** How to install it: the shell script, and whether it goes through sudo. */
type Installation = { manager: string; script: string; throughSudo: boolean };

type PackageManager = { name: keyof PackageNames; script: (packages: string) => string; user: "root" | "nobody" };

const PACKAGE_MANAGERS: readonly PackageManager[] = [
  {
    name: "apt-get",
    // A fresh container has no package lists. A list that cannot be refreshed may still be good enough.
    script: (packages) =>
      `apt-get update -qq || true; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${packages}`,
    user: "root",
  },
  { name: "apk", script: (packages) => `apk add --no-cache ${packages}`, user: "root" },
  { name: "dnf", script: (packages) => `dnf install -y -q ${packages}`, user: "root" },
  { name: "brew", script: (packages) => `brew install --quiet ${packages}`, user: "nobody" },
];

/** The first package manager that installs it without asking for a password, or `null`. */
export function chooseInstallation(machine: Machine, packages: PackageNames): Installation | null {
  for (const { name, script, user } of PACKAGE_MANAGERS) {
    const names = packages[name];
    // Homebrew refuses to run as root.
    const isAllowed = user === "root" ? machine.isRoot || machine.hasSudo : !machine.isRoot;
    if (names !== undefined && machine.managers.has(name) && isAllowed) {
      return { manager: name, script: script(names), throughSudo: user === "root" && !machine.isRoot };
    }
  }
  return null;
}

/**
 * Installs a package with the system's package manager, where that needs no password, and says so.
 *
 * @param what - for people: `Redis`, `Chromium`
 */
export async function installPackage(
  what: string,
  packages: PackageNames,
  say: (sentence: string) => void,
): Promise<{ kind: "installed"; manager: string } | { kind: "unavailable"; reason: string }> {
  const installation = chooseInstallation(await lookAtMachine(), packages);
  if (installation === null) {
    return { kind: "unavailable", reason: "no package manager installs it without a password" };
  }
  const { manager, script, throughSudo } = installation;
  say(`Installing ${what} with ${manager} …`);
  const shell = ["/bin/sh", "-c", script];
  const isInstalled = await succeeds(throughSudo ? ["sudo", "-n", ...shell] : shell, INSTALL_DEADLINE_MS);
  return isInstalled ? { kind: "installed", manager } : { kind: "unavailable", reason: `${manager} failed` };
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
