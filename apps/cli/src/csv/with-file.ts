import { createWriteStream, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** How standard input is named in place of a file. */
const INPUT = "-";

/** What a person is told about it. */
const IN_WORDS = "standard input";

/**
 * Works with a file, or with what comes in at standard input where it is `-`: a list is read more than once, and so kept in a
 * file meanwhile, which nobody else may read. It is gone however the command ends, SIGKILL alone excepted.
 *
 * @param work - is given where the file is
 * @throws what work throws; a sentence that names the file says standard input in place of it
 */
export async function withFile<T>(
  file: string,
  work: (path: string) => Promise<T>,
  { signal, input = process.stdin }: { readonly signal: AbortSignal; readonly input?: NodeJS.ReadableStream },
): Promise<T> {
  if (file !== INPUT) return work(file);
  const folder = await mkdtemp(join(tmpdir(), "volley-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const path = join(folder, "input.csv");
  try {
    await pipeline(input, createWriteStream(path, { mode: 0o600 }), { signal }).catch((error: unknown) => {
      // Its own error would hide that somebody has interrupted it.
      signal.throwIfAborted();
      throw error;
    });
    return await work(path);
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(path, IN_WORDS);
    throw error;
  } finally {
    process.off("exit", remove);
    remove();
  }
}
