import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** One callback, as it arrived. */
interface ReceivedCallback {
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Takes callbacks of a provider for a test. */
export interface CallbackReceiver {
  readonly url: string;
  readonly received: readonly ReceivedCallback[];
  /** What the next callbacks are answered with, one after the other; then 200 again. */
  answerWith(...statuses: number[]): void;
  close(): Promise<void>;
}

/** Starts a receiver on a free port of the loopback. */
export async function startCallbackReceiver(): Promise<CallbackReceiver> {
  const received: ReceivedCallback[] = [];
  const statuses: number[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const rawBody = await text(request);
    const body = JSON.parse(rawBody) as Readonly<Record<string, unknown>>;
    received.push({ headers: request.headers, rawBody, body });
    response.writeHead(statuses.shift() ?? 200).end();
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/callbacks`,
    received,
    answerWith: (...next) => void statuses.push(...next),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
