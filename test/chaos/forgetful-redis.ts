import { mkdtemp, readdir, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis } from "@volley/local-redis";

/** A Redis with an append-only file, which can be killed and can lose the last it wrote. */
export type ForgetfulRedis = {
  readonly url: string;
  readonly how: string;
  /**
   * SIGKILL, and nothing for a while. One kill at a time: the next one waits.
   *
   * @param forgetMs - how much of what was written last is cut off the append-only file. SIGKILL alone loses next to
   *   nothing, because the kernel still has what was not synced; a power failure loses up to a second.
   * @param onKill - called when it is its turn
   */
  readonly crash: (downMs: number, forgetMs: number, onKill: () => void) => Promise<Crash>;
  readonly close: () => Promise<void>;
};

/** What a crash was like. */
type Crash = {
  /** Milliseconds since 1970. */
  readonly killedAt: number;
  readonly forgottenBytes: number;
};

/** The file's size at a time. */
type Sample = { readonly at: number; readonly file: string; readonly bytes: number };

const SAMPLE_EVERY_MS = 20;

const KEPT_SAMPLES = 500;

/** Starts a Redis of its own in a folder of its own. */
export async function startForgetfulRedis(pause: (ms: number) => Promise<void>): Promise<ForgetfulRedis> {
  const directory = await mkdtemp(join(tmpdir(), "volley-chaos-"));
  const redis = await startRedis({ prefer: "server", persistence: true, directory, install: false });
  const folder = join(directory, "appendonlydir");
  let samples: Sample[] = [];
  let isSampling = false;
  const sample = async (): Promise<void> => {
    if (isSampling || redis.pid === null) return;
    isSampling = true;
    const at = Date.now();
    const file = await newestIncrement(folder);
    if (file !== null) samples = [...samples.slice(-KEPT_SAMPLES), { at, ...file }];
    isSampling = false;
  };
  const timer = setInterval(() => void sample(), SAMPLE_EVERY_MS);
  let previous: Promise<unknown> = Promise.resolve();
  const crash = async (downMs: number, forgetMs: number): Promise<Crash> => {
    const killedAt = Date.now();
    await redis.kill();
    const forgottenBytes = forgetMs === 0 ? 0 : await forget(folder, samples, killedAt - forgetMs);
    await pause(downMs);
    await redis.restart();
    // What was loaded is on the disk: only what is written from now on can be forgotten.
    samples = [];
    await sample();
    return { killedAt, forgottenBytes };
  };
  return {
    url: redis.url,
    how: redis.how,
    crash: async (downMs, forgetMs, onKill) => {
      const turn = previous.then(async () => {
        onKill();
        return crash(downMs, forgetMs);
      });
      previous = turn.catch(() => {});
      return turn;
    },
    close: async () => {
      clearInterval(timer);
      await previous;
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Cuts off what came after a time. Redis loads a file that ends in the middle of a command (`aof-load-truncated`). */
async function forget(folder: string, samples: readonly Sample[], before: number): Promise<number> {
  const now = await newestIncrement(folder);
  if (now === null) return 0;
  const ofFile = samples.filter(({ file }) => file === now.file);
  const kept = ofFile.findLast(({ at }) => at <= before) ?? ofFile[0];
  if (kept === undefined || kept.bytes >= now.bytes) return 0;
  await truncate(join(folder, now.file), kept.bytes);
  return now.bytes - kept.bytes;
}

async function newestIncrement(folder: string): Promise<Omit<Sample, "at"> | null> {
  const names = await readdir(folder).catch(() => []);
  const file = names
    .filter((name) => name.endsWith(".incr.aof"))
    .sort((a, b) => numberOf(a) - numberOf(b))
    .at(-1);
  if (file === undefined) return null;
  const { size } = await stat(join(folder, file));
  return { file, bytes: size };
}

function numberOf(name: string): number {
  return Number(/\.(\d+)\.incr\.aof$/.exec(name)?.[1] ?? 0);
}
