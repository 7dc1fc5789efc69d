import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryPath } from "../docker/repository-path.ts";

type Manifest = {
  readonly name: string;
  readonly license?: string | { readonly type: string };
  /** As it was said before 2015. */
  readonly licenses?: readonly { readonly type: string }[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

/** A package in node_modules. */
export type InstalledPackage = {
  readonly name: string;
  /** An SPDX expression; "none" where it says nothing. */
  readonly licence: string;
  /** Whether it wants to run something of its own when it is installed. */
  readonly hasInstallScript: boolean;
};

const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];

/** Every package that the lock file has brought to this machine, for tests and tools, too. */
export function installedPackages(): readonly InstalledPackage[] {
  const store = repositoryPath("node_modules/.pnpm");
  return readdirSync(store).flatMap((entry) => {
    const folder = join(store, entry, "node_modules");
    return existsSync(folder)
      ? packagesIn(folder).filter(({ name }) => entry.startsWith(`${name.replace("/", "+")}@`))
      : [];
  });
}

/** The names of all that our processes and packages need when they run, however deep. */
export function shippedNames(): ReadonlySet<string> {
  const seen = new Map<string, string>();
  for (const group of ["apps", "packages"]) {
    for (const name of readdirSync(repositoryPath(group))) follow(repositoryPath(join(group, name)), seen);
  }
  return new Set(seen.values());
}

function follow(folder: string, seen: Map<string, string>): void {
  if (seen.has(folder) || !existsSync(join(folder, "package.json"))) return;
  const { name, dependencies, optionalDependencies } = readManifest(folder);
  seen.set(folder, name);
  for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = placesOf(folder, name)
      .map((place) => join(place, dependency))
      .find((path) => existsSync(path));
    if (found !== undefined) follow(realpathSync(found), seen);
  }
}

/** Where Node looks for what a package needs: in its own folder, or beside it, as pnpm lays it. */
function placesOf(folder: string, name: string): readonly string[] {
  return [join(folder, "node_modules"), name.split("/").reduce((path) => dirname(path), folder)];
}

function packagesIn(folder: string): readonly InstalledPackage[] {
  const names = readdirSync(folder).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  return names.flatMap((name) => {
    const own = join(folder, name);
    if (!existsSync(join(own, "package.json"))) return [];
    const { licenses, license = licenses?.[0] ?? "none", scripts } = readManifest(own);
    const runs = INSTALL_SCRIPTS.some((script) => scripts?.[script] !== undefined);
    return {
      name,
      licence: typeof license === "string" ? license : license.type,
      // npm and pnpm build what has a binding.gyp, though no script says so.
      hasInstallScript: runs || existsSync(join(own, "binding.gyp")),
    };
  });
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
