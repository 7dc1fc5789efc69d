import { getEventListeners, once } from "node:events";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "@jest/globals";
import { startLocalServer, startSocketServer } from "../../test/local-server.ts";
import { TRANSPORTS } from "../../test/transports.ts";
import type { TransportAnswer, TransportFailure, TransportRequest } from "./transport.ts";

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

async function socketServer(onSocket: (socket: Socket) => void): Promise<string> {
  const server = await startSocketServer(onSocket);
  opened.push(server);
  return `http://127.0.0.1:${server.port}/`;
}

describe.each(TRANSPORTS)("over %s", (_client, createTransport) => {
  async function send(
    request: Pick<TransportRequest, "url"> & Partial<TransportRequest>,
    { timeoutMs = 10_000, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<TransportAnswer | TransportFailure> {
    const transport = createTransport({ timeoutMs });
    opened.push(transport);
    return transport.send({ method: "POST", headers: {}, body: '{"body":"Hi!"}', ...request }, signal);
  }

  describe("the transport, no connection: not a byte was written", () => {
    test.each([
      ["nobody listens", "http://127.0.0.1:1/", "ECONNREFUSED"],
      ["nobody listens on any address of a name", "http://localhost:1/", "ECONNREFUSED"],
    ])("%s", async (_, url, code) => {
      expect(await send({ url })).toEqual({
        status: null,
        code: "connect_failed",
        text: `no connection (${code})`,
        wasWritten: false,
        host: new URL(url).host,
        systemCode: code,
      });
    });

    // Where there is no network, a resolver may take its time instead of saying no.
    test.each(["http://nowhere.invalid/", "https://nowhere.invalid/"])("nobody has the name of %s", async (url) => {
      expect(await send({ url }, { timeoutMs: 2_000 })).toMatchObject({
        status: null,
        host: "nowhere.invalid",
        code: expect.stringMatching(/^(?:unknown_host|dns_failed)$/),
        text: expect.stringMatching(/^no (?:connection \(E(?:NOTFOUND|AI_[A-Z]+)\)|answer in time \(lookup\))$/),
        wasWritten: false,
      });
    });

    test("nobody can have the name, and no network is needed to know that", async () => {
      expect(await send({ url: "http://no..body:8080/" })).toEqual({
        status: null,
        code: "unknown_host",
        text: "no connection (ENOTFOUND)",
        wasWritten: false,
        host: "no..body:8080",
        systemCode: "ENOTFOUND",
      });
    });

    test("a header that HTTP does not allow", async () => {
      const url = await socketServer(() => {});
      const answer = await send({ url, headers: { authorization: "Bearer to\nken" } });
      expect(answer).toMatchObject({
        code: "connect_failed",
        text: "no connection (ERR_INVALID_CHAR)",
        wasWritten: false,
      });
    });

    test("a server that never takes the connection", async () => {
      const { port, close } = await startDeafServer();
      opened.push({ close });
      // The system itself takes two connections for such a server; the rest wait.
      const waiting = Array.from({ length: 8 }, () => connect(port, "127.0.0.1").on("error", () => {}));
      opened.push({ close: () => waiting.forEach((socket) => socket.destroy()) });
      const answer = await send({ url: `http://127.0.0.1:${port}/` }, { timeoutMs: 1_000 });
      expect(answer).toMatchObject({
        status: null,
        code: "timeout",
        text: "no answer in time (connect)",
        wasWritten: false,
      });
    });
  });

  describe("the transport, a connection without an answer: the request may have been read", () => {
    test("a server that takes the connection and says nothing", async () => {
      const url = await socketServer(() => {});
      const { host } = new URL(url);
      const expected = { status: null, code: "timeout", text: "no answer in time (request)", wasWritten: true, host };
      expect(await send({ url }, { timeoutMs: 300 })).toEqual(expected);
    });

    test("a body that drips for ever", async () => {
      const url = await socketServer((socket) => {
        socket.write("HTTP/1.1 201 Created\r\nContent-Length: 1000000\r\n\r\n");
        const drip = setInterval(() => socket.write("x"), 100);
        socket.on("close", () => clearInterval(drip));
      });
      const expected = { status: null, code: "timeout", text: "no answer in time (request)", wasWritten: true };
      expect(await send({ url }, { timeoutMs: 500 })).toMatchObject(expected);
    });

    test.each<[string, (socket: Socket) => void]>([
      ["a reset after the request was read", (socket) => socket.once("data", () => socket.resetAndDestroy())],
      ["an end after the request was read", (socket) => socket.once("data", () => socket.end())],
      [
        "a reset in the middle of the answer",
        (socket) =>
          socket.once("data", () => {
            socket.write("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{", () => socket.resetAndDestroy());
          }),
      ],
      [
        "an end in the middle of the answer",
        (socket) =>
          socket.once("data", () => socket.end('HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"id":"a"}')),
      ],
      ["an answer that is not HTTP", (socket) => socket.once("data", () => socket.end("220 ready\r\n"))],
    ])("%s", async (_, onSocket) => {
      const url = await socketServer(onSocket);
      expect(await send({ url })).toMatchObject({ status: null, code: "connection_lost", wasWritten: true });
    });

    test("an answer whose compression is broken", async () => {
      const server = await startLocalServer((_, response) => {
        response.writeHead(201, { "content-encoding": "gzip" }).end("not gzip");
      });
      opened.push(server);
      expect(await send({ url: server.baseUrl })).toMatchObject({ code: "connection_lost", wasWritten: true });
    });

    test.each([
      ["before", (controller: AbortController) => controller.abort()],
      ["after the request was read", () => {}],
    ])("somebody gives up %s", async (_, beforehand) => {
      const controller = new AbortController();
      const url = await socketServer((socket) => socket.once("data", () => controller.abort(new Error("private"))));
      beforehand(controller);
      const expected = { status: null, code: "aborted", text: "given up", wasWritten: true };
      expect(await send({ url }, { signal: controller.signal })).toEqual(expected);
    });

    test("listens to a signal for no longer than its request", async () => {
      const { signal } = new AbortController();
      const server = await startLocalServer((_, response) => response.end("{}"));
      opened.push(server);
      for (const url of [server.baseUrl, "http://127.0.0.1:1/"]) await send({ url }, { signal });
      expect(getEventListeners(signal, "abort")).toEqual([]);
    });

    test("somebody gives up by a clock of their own", async () => {
      const url = await socketServer(() => {});
      expect(await send({ url }, { signal: AbortSignal.timeout(100) })).toMatchObject({
        code: "aborted",
        wasWritten: true,
      });
    });
  });

  test("gives status, headers and text as they came, unpacked", async () => {
    const server = await startLocalServer((_, response) => {
      response.writeHead(503, { "retry-after": "7", "content-encoding": "gzip" }).end(gzipSync("später"));
    });
    opened.push(server);
    const answer = await send({ url: server.baseUrl });
    expect(answer).toMatchObject({ status: 503, body: "später", headers: { "retry-after": "7" } });
  });
});

/** Listens, and then blocks its thread, so that nobody ever takes a connection out of the system's short queue. */
async function startDeafServer(): Promise<{ port: number; close: () => Promise<unknown> }> {
  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads");
     const server = require("node:net").createServer();
     server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  const [port] = await once(worker, "message");
  return { port, close: async () => worker.terminate() };
}
