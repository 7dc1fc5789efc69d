import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.ts";

/** The HTTP API as it runs in production: a process of its own that knows nothing but its environment. */
export type ApiProcess = {
  readonly url: string;
  /** Everything it printed so far. */
  readonly output: () => string;
  /** Sends SIGTERM. @returns the exit code, `null` after a signal that it could not handle */
  readonly stop: () => Promise<number | null>;
  /** Ends it between two instructions. */
  readonly kill: () => Promise<void>;
};

const PROGRAM = fileURLToPath(new URL("../../apps/api/dist/main.js", import.meta.url));

/** Starts it, and waits until it listens. */
export async function spawnApi(environment: Readonly<Record<string, string>>): Promise<ApiProcess> {
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: "/",
    env: { PATH: process.env["PATH"], VOLLEY_HTTP_HOST: "127.0.0.1", VOLLEY_HTTP_PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void (output += text));
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill(name);
    await closed;
  };
  const url = await eventually(() => /"url":"([^"]+)"/.exec(output)?.[1], `an API that listens:\n${output}`);
  return {
    url,
    output: () => output,
    kill: async () => signal("SIGKILL"),
    stop: async () => {
      await signal("SIGTERM");
      return child.exitCode;
    },
  };
}
