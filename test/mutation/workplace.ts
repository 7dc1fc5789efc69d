import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The mutation tester, and the last release that runs on Node 20. It is not a dependency of the workspace: its 170 packages
 * would be installed wherever anybody tests, for a command that runs now and then.
 */
const STRYKER = ["@stryker-mutator/core@9.6.1", "@stryker-mutator/jest-runner@9.6.1"];

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Where files are changed: a copy of what is committed, with everything installed. */
export type Workplace = {
  readonly folder: string;
  readonly stryker: { readonly command: string; readonly jestRunner: string };
  readonly remove: () => void;
};

/**
 * Makes the place; whoever does removes it. The tests reach other packages by their links, which lead into the workspace
 * that was installed: only in a whole one of its own does every test see the changed file.
 */
export function createWorkplace(say: (sentence: string) => void): Workplace {
  const stryker = installStryker(say);
  const folder = join(mkdtempSync(join(tmpdir(), "volley-mutation-")), "workspace");
  const remove = (): void => {
    // Whatever still runs there after an interruption may write while it is removed.
    rmSync(join(folder, ".."), { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    execFileSync("git", ["worktree", "prune"], { cwd: ROOT, stdio: "ignore" });
  };
  say("copying and installing what is committed …");
  execFileSync("git", ["worktree", "add", "--detach", folder, "HEAD"], { cwd: ROOT, stdio: "ignore" });
  execFileSync(process.execPath, ["apps/cli/bootstrap.mjs"], { cwd: folder, stdio: "ignore" });
  // Stryker asks for it by name at the top of the workspace; pnpm keeps what is no dependency there out of sight.
  symlinkSync(".pnpm/node_modules/jest-environment-node", join(folder, "node_modules/jest-environment-node"));
  return { folder, stryker, remove };
}

function installStryker(say: (sentence: string) => void): Workplace["stryker"] {
  const home = join(ROOT, "node_modules/.cache/volley-mutation");
  const packages = join(home, "node_modules/@stryker-mutator");
  const command = join(packages, "core/bin/stryker.js");
  if (!existsSync(command)) {
    say(`installing ${STRYKER.join(" and ")} …`);
    const options = ["--no-audit", "--no-fund", "--silent", "--no-save", "--ignore-scripts"];
    execFileSync("npm", ["install", ...options, "--prefix", home, ...STRYKER], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return { command, jestRunner: join(packages, "jest-runner/dist/src/index.js") };
}
