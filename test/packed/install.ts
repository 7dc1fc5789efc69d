import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, realpath, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../pages/fences.ts";

const run = promisify(execFile);

/** A package of the workspace that others may install. */
export type PublicPackage = { readonly name: string; readonly folder: string };

type Manifest = {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
};

/** @returns the packages that are not private */
export async function publicPackages(): Promise<PublicPackage[]> {
  const folders = (await readdir(join(ROOT, "packages"))).map((name) => join(ROOT, "packages", name));
  const found = await Promise.all(folders.map(async (folder) => ({ folder, manifest: await manifestIn(folder) })));
  return found
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, manifest: { name } }) => ({ name, folder }));
}

/**
 * Packs them as they are built, with the pnpm that has installed the workspace.
 *
 * @returns the archives
 */
export async function packAll(packages: readonly PublicPackage[], into: string): Promise<string[]> {
  await mkdir(into, { recursive: true });
  const chosen = packages.flatMap(({ name }) => ["--filter", name]);
  const { pnpmFolder } = JSON.parse(await readFile(join(ROOT, "node_modules/.volley-installed"), "utf8")) as {
    readonly pnpmFolder: string;
  };
  const pack = [...chosen, "-r", "--config.ignore-scripts=true", "pack", "--pack-destination", into];
  const env = { ...process.env, PATH: [pnpmFolder, process.env["PATH"]].join(delimiter) };
  await run("pnpm", pack, { cwd: ROOT, env, maxBuffer: 16 * 1024 * 1024 });
  return (await readdir(into)).map((name) => join(into, name));
}

/**
 * Lays archives out in `node_modules` as pnpm does, without asking a registry: each package finds those that its manifest
 * names, in the very version, and no others. What is not ours is taken from the workspace.
 *
 * @param needs - what the project imports itself
 * @throws Error for a dependency whose version is another one than the manifest of the archive says
 */
export async function installArchives(
  project: string,
  { archives, needs }: { readonly archives: readonly string[]; readonly needs: readonly string[] },
): Promise<void> {
  const store = join(project, "node_modules/.store");
  const manifests = await Promise.all(archives.map((archive) => unpack(archive, store)));
  const own = new Map(manifests.map(({ name, version }) => [name, { version, folder: placeOf(store, name) }]));
  for (const { name, dependencies = {} } of manifests) {
    for (const [wanted, range] of Object.entries(dependencies)) {
      if (wanted.startsWith("@volley/") && !own.has(wanted))
        throw new Error(`${name} asks for ${wanted}, which is private`);
      const found = own.get(wanted) ?? (await fromWorkspace(wanted, name.replace("@volley", "packages")));
      if (found.version !== range) throw new Error(`${name} asks for ${wanted} ${range}, and here is ${found.version}`);
      await link(found.folder, join(placeOf(store, name), "node_modules", wanted));
    }
  }
  for (const name of needs) {
    const found = own.get(name) ?? (await fromWorkspace(name, name.startsWith("@types/") ? "." : "test"));
    await link(found.folder, join(project, "node_modules", name));
  }
}

/** @param asker - the folder whose dependency it is */
async function fromWorkspace(name: string, asker: string): Promise<{ folder: string; version: string }> {
  const folder = await realpath(join(ROOT, asker, "node_modules", name));
  return { folder, version: (await manifestIn(folder)).version };
}

async function unpack(archive: string, store: string): Promise<Manifest> {
  const { stdout } = await run("tar", ["-xzOf", archive, "package/package.json"]);
  const manifest = JSON.parse(stdout) as Manifest;
  const folder = placeOf(store, manifest.name);
  await mkdir(folder, { recursive: true });
  await run("tar", ["-xzf", archive, "-C", folder, "--strip-components", "1"]);
  return manifest;
}

/** Inside of `node_modules`, where Node treats files as those of a package. */
function placeOf(store: string, name: string): string {
  return join(store, name.replace("/", "+"), "node_modules", name);
}

async function link(folder: string, place: string): Promise<void> {
  await mkdir(join(place, ".."), { recursive: true });
  await symlink(folder, place);
}

async function manifestIn(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
}
