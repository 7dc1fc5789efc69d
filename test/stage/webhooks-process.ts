import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.ts";

/** The process that takes callbacks, as it runs in production: it knows nothing but its environment. */
export type WebhooksProcess = {
  readonly url: string;
  /** Sends SIGTERM. @returns the exit code, `null` after a signal that it could not handle */
  readonly stop: () => Promise<number | null>;
  /** Ends it between two instructions. */
  readonly kill: () => Promise<void>;
  /** Everything it printed so far. */
  readonly output: () => string;
};

/** Starts it, and waits until it takes callbacks. @param app - another process that is started like it */
export async function spawnWebhooks(
  environment: Readonly<Record<string, string>>,
  app: "webhooks" | "exporter" | "api" = "webhooks",
): Promise<WebhooksProcess> {
  const program = fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url));
  const child = spawn(process.execPath, [program], {
    cwd: "/",
    env: { PATH: process.env["PATH"], VOLLEY_HTTP_HOST: "127.0.0.1", ...environment },
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
  const url = await eventually(() => /"url":"([^"]+)"/.exec(output)?.[1], `${app} that listen:\n${output}`);
  await eventually(async () => (await fetch(`${url}/readyz`)).status === 200, `${app} that are ready`);
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
