import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../stage/eventually.ts";
import type { DocumentedCommand } from "./commands.ts";
import { ROOT } from "./fences.ts";

/** How a command ended. */
type Ended = { readonly exitCode: number | null; readonly output: string };

/** A folder like that of a reader, in which commands are typed as they stand in a page. */
export type DocumentedShell = {
  readonly folder: string;
  readonly run: (command: DocumentedCommand) => Promise<Ended>;
  /** For a process that stays: ends it with SIGTERM when it has printed that. */
  readonly runUntil: (command: DocumentedCommand, printed: RegExp) => Promise<Ended>;
  readonly close: () => void;
};

/** What a shell is opened with. */
export type DocumentedShellOptions = {
  readonly environment: Readonly<Record<string, string>>;
  /** Puts what is meant here into the place of what stands for a reader's own: addresses, IDs, secrets. */
  readonly meant: (typed: string) => string;
  readonly files: Readonly<Record<string, string>>;
};

/** Opens a shell in a folder of its own, with `volley` on the PATH and the repository's folders beside the files. */
export function openDocumentedShell({ environment, meant, files }: DocumentedShellOptions): DocumentedShell {
  const folder = mkdtempSync(join(tmpdir(), "volley-pages-"));
  for (const name of ["apps", "packages"]) symlinkSync(join(ROOT, name), join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "volley"), `#!/bin/sh\nexec "${process.execPath}" apps/cli/dist/main.js "$@"\n`);
  chmodSync(join(folder, "volley"), 0o755);
  const path = `${folder}:${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}`;
  const env = { HOME: folder, PATH: path, ...environment };

  const start = ({ before, text }: DocumentedCommand): { child: ChildProcess; output: () => string } => {
    // So that a signal reaches the process itself.
    const typed = [...before, text.replace(/\bnode (?=\S+\/main\.js)/, "exec node ")].join("\n");
    const child = spawn("sh", ["-ec", meant(typed)], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
    return { child, output: () => chunks.join("") };
  };
  return {
    folder,
    run: async (command) => {
      const { child, output } = start(command);
      await once(child, "close");
      return { exitCode: child.exitCode, output: output() };
    },
    runUntil: async (command, printed) => {
      const { child, output } = start(command);
      const closed = once(child, "close");
      try {
        await eventually(() => child.exitCode !== null || printed.test(output()), `${printed.source} in ${output()}`);
      } finally {
        child.kill("SIGTERM");
        await closed;
      }
      return { exitCode: child.exitCode, output: output() };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
