import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { startSocketServer } from "../../test/local-server.ts";
import { TRANSPORTS } from "../../test/transports.ts";
import type { TransportRequest } from "./transport.ts";

/**
 * A server may close a connection that it kept alive just as we write the next request to it. Nobody can tell then
 * whether the request was read, so it must never be called unwritten: that would send the message twice.
 */

const ANSWER = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

/** Answers the first request of each connection, and leaves what then happens to the test. */
async function start(afterAnswer: (socket: Socket) => void): Promise<{ url: string; connections: () => number }> {
  let connections = 0;
  const server = await startSocketServer((socket) => {
    connections += 1;
    socket.once("data", () => socket.write(ANSWER, () => afterAnswer(socket)));
  });
  opened.push(server);
  return { url: `http://127.0.0.1:${server.port}/`, connections: () => connections };
}

function post(url: string): TransportRequest {
  return { method: "POST", url, headers: {}, body: '{"body":"Hi!"}' };
}

describe.each(TRANSPORTS)("over %s", (_client, createTransport) => {
  test.each<[string, (socket: Socket) => void]>([
    ["resets", (socket) => socket.resetAndDestroy()],
    ["hangs up", (socket) => socket.end()],
    ["breaks off", (socket) => socket.destroy()],
  ])("the second request on a kept connection was written, when the server reads it and %s", async (_, leave) => {
    const { url, connections } = await start((socket) => socket.once("data", () => leave(socket)));
    const transport = createTransport({ timeoutMs: 10_000 });
    opened.push(transport);
    expect(await transport.send(post(url))).toMatchObject({ status: 201 });
    expect(await transport.send(post(url))).toMatchObject({ status: null, code: "connection_lost", wasWritten: true });
    expect(connections()).toBe(1);
  });

  test.each<[string, (socket: Socket) => void]>([
    ["resets", (socket) => socket.resetAndDestroy()],
    ["hangs up", (socket) => socket.end()],
  ])("a request that crosses the server's farewell (it %s) is answered or may have been written", async (_, leave) => {
    const { url } = await start((socket) => setImmediate(() => leave(socket)));
    const transport = createTransport({ timeoutMs: 10_000 });
    opened.push(transport);
    for (let round = 0; round < 100; round += 1) {
      const answer = await transport.send(post(url));
      expect(answer.status === 201 || ("wasWritten" in answer && answer.wasWritten)).toBe(true);
    }
  });
});
