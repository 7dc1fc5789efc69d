import { spawn } from "node:child_process";
import { once } from "node:events";

const INSTALL_DEADLINE_MS = 240_000;

/**
 * What a package is called by each package manager; one that does not have it is left out. Of several names the first one
 * that can be installed is.
 */
export type PackageNames = {
  readonly "apt-get"?: string | readonly string[];
  readonly apk?: string | readonly string[];
  readonly dnf?: string | readonly string[];
  readonly brew?: string | readonly string[];
};

/** What goes into a shell's script as a name, and is nothing else there. */
const PACKAGE_NAME = /^[a-z0-9][a-z0-9.+-]*$/;

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

type PackageManager = {
  readonly name: keyof PackageNames;
  readonly before?: string;
  readonly install: string;
  readonly user: "root" | "nobody";
};

const PACKAGE_MANAGERS: readonly PackageManager[] = [
  {
    name: "apt-get",
    // A fresh container has no package lists. A list that cannot be refreshed may still be good enough.
    before: "apt-get update -qq || true; ",
    install: "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends",
    user: "root",
  },
  { name: "apk", install: "apk add --no-cache", user: "root" },
  { name: "dnf", install: "dnf install -y -q", user: "root" },
  { name: "brew", install: "brew install --quiet", user: "nobody" },
];

/**
 * The first package manager that installs it without asking for a password, or `null`.
 *
 * @throws TypeError for what is no package's name
 */
export function chooseInstallation(machine: Machine, packages: PackageNames): Installation | null {
  for (const { name, before = "", install, user } of PACKAGE_MANAGERS) {
    const names = packages[name];
    // Homebrew refuses to run as root.
    const isAllowed = user === "root" ? machine.isRoot || machine.hasSudo : !machine.isRoot;
    if (names !== undefined && machine.managers.has(name) && isAllowed) {
      const tries = [names].flat().map((packageName) => `${install} ${requireName(packageName)}`);
      return { manager: name, script: before + tries.join(" || "), throughSudo: user === "root" && !machine.isRoot };
    }
  }
  return null;
}

function requireName(name: string): string {
  if (PACKAGE_NAME.test(name)) return name;
  throw new TypeError(`expected the name of a package, got ${JSON.stringify(name)}`);
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
