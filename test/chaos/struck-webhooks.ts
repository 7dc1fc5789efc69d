import { spawnWebhooks, type WebhooksProcess } from "../stage/webhooks-process.ts";

/** The process that takes callbacks: one that died is followed by another on the same port. */
export type StruckWebhooks = {
  readonly url: string;
  /** SIGKILL, and a new one after a while. One at a time: the next one waits. */
  readonly kill: (downMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Starts it, and waits until it takes callbacks. */
export async function startStruckWebhooks(
  environment: Readonly<Record<string, string>>,
  pause: (ms: number) => Promise<void>,
): Promise<StruckWebhooks> {
  const all: WebhooksProcess[] = [await spawnWebhooks({ ...environment, VOLLEY_HTTP_PORT: "0" })];
  const [{ url } = { url: "" }] = all;
  const { port } = new URL(url);
  let previous: Promise<unknown> = Promise.resolve();
  const kill = async (downMs: number): Promise<void> => {
    await all.at(-1)?.kill();
    await pause(downMs);
    // Not before it is ready: Redis may be away for now.
    all.push(await spawnWebhooks({ ...environment, VOLLEY_HTTP_PORT: port }));
  };
  return {
    url,
    kill: async (downMs) => {
      const turn = previous.then(async () => kill(downMs));
      previous = turn.catch(() => {});
      return turn;
    },
    close: async () => {
      await previous;
      await Promise.all(all.map(async (each) => each.kill()));
    },
  };
}
