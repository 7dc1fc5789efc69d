import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of the bench's own. */
export type BenchProcess = {
  readonly pid: number;
  /** What it has printed so far, errors too. */
  readonly output: () => string;
  /** SIGTERM, and SIGKILL when it has not ended in time. */
  readonly stop: () => Promise<void>;
};

/** A process that does what it is asked, one thing after the other. */
export type AskedProcess = BenchProcess & {
  /** @throws Error with what the process threw, or that it has ended */
  readonly ask: <Answer>(what: string, input: object) => Promise<Answer>;
};

type Reply = { readonly id: number; readonly value?: unknown; readonly error?: string };

/** A profile is written at the end, which takes a while. */
const GRACE_MS = 20_000;

/** Starts a program of this repository with nothing but the given variables. */
export function startProgram(
  path: string,
  environment: Readonly<Record<string, string>>,
  nodeArguments: readonly string[] = [],
): BenchProcess {
  const program = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const child = spawn(process.execPath, [...nodeArguments, program], {
    cwd: "/",
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: Ctrl+C reaches the bench only, which then ends each of them.
    detached: true,
  });
  return toProcess(child);
}

/** The programs of the bench's own, by the sources that they are compiled from. */
const CHILDREN = {
  "bare-api": new URL("./children/bare-api.ts", import.meta.url),
  "bare-got": new URL("./children/bare-got.ts", import.meta.url),
  "bare-webhooks": new URL("./children/bare-webhooks.ts", import.meta.url),
  "bare-worker": new URL("./children/bare-worker.ts", import.meta.url),
  "job-adder": new URL("./children/job-adder.ts", import.meta.url),
  "own-worker": new URL("./children/own-worker.ts", import.meta.url),
  producer: new URL("./children/producer.ts", import.meta.url),
  "sdk-loop": new URL("./children/sdk-loop.ts", import.meta.url),
  "tutorial-worker": new URL("./children/tutorial-worker.ts", import.meta.url),
};

/** The name of one of them. */
export type ChildName = keyof typeof CHILDREN;

/** Starts one of the compiled programs in `children`. @param signal - ends the wait for its answers */
export function startChild(name: ChildName, signal: AbortSignal): AskedProcess {
  const program = fileURLToPath(CHILDREN[name]).replace("children", "dist").replace(/ts$/, "js");
  // Nothing of this process's own loader: the children are plain JavaScript, as in production.
  const child = fork(program, [], { cwd: "/", env: {}, execArgv: [], silent: true, detached: true });
  const waiting = new Map<number, (reply: Reply) => void>();
  child.on("message", (reply: Reply) => waiting.get(reply.id)?.(reply));
  const giveUp = (why: string): void => {
    for (const [id, settle] of waiting) settle({ id, error: why });
  };
  child.on("exit", () => giveUp("it has ended"));
  signal.addEventListener("abort", () => giveUp("interrupted"), { once: true });
  const started = toProcess(child);
  let count = 0;
  return {
    ...started,
    ask: async <Answer>(what: string, input: object): Promise<Answer> => {
      const id = (count += 1);
      const reply = await new Promise<Reply>((settle) => {
        waiting.set(id, settle);
        if (signal.aborted) giveUp("interrupted");
        else if (child.connected) child.send({ id, what, input });
        else giveUp("it has ended");
      });
      waiting.delete(id);
      if (reply.error !== undefined) throw new Error(`${name}, ${what}: ${reply.error}\n${started.output()}`);
      return reply.value as Answer;
    },
  };
}

function toProcess(child: ChildProcess): BenchProcess {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => chunks.push(text));
  }
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    output: () => chunks.join(""),
    stop: async () => {
      if (!isRunning()) return;
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      const lastResort = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
      await exit;
      clearTimeout(lastResort);
    },
  };
}
