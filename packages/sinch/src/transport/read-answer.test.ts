import { Agent } from "node:http";
import type { Socket } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { got } from "got";
import { startSocketServer } from "../../test/local-server.ts";
import { DeadlinePassed, readAnswer } from "./read-answer.ts";

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

async function start(onSocket: (socket: Socket) => void): Promise<string> {
  const server = await startSocketServer(onSocket);
  opened.push(server);
  return `http://127.0.0.1:${server.port}/`;
}

test("ends at its deadline and closes the connection, although got has none", async () => {
  const closed: boolean[] = [];
  const url = await start((socket) => socket.resume().on("close", () => closed.push(true)));
  const answer = readAnswer(got.stream(url), { maxBytes: 10, timeoutMs: 100 });
  await expect(answer).rejects.toBeInstanceOf(DeadlinePassed);
  while (closed.length === 0) await new Promise((resolve) => setImmediate(resolve));
});

test("ends at its deadline although the request never says that it was destroyed", async () => {
  const url = await start(() => {});
  const request = got.stream(url);
  opened.push({ close: () => request.destroy() });
  const destroy = request.destroy.bind(request);
  request.destroy = () => request;
  await expect(readAnswer(request, { maxBytes: 10, timeoutMs: 100 })).rejects.toBeInstanceOf(DeadlinePassed);
  request.destroy = destroy;
});

const ONCE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
const IN_PIECES = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
const CLOSING = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";

/** Asks a server that answers so. */
async function answerOf(answer: string, isFarewell = false): Promise<unknown> {
  const url = await start((socket) =>
    socket.once("data", () => (isFarewell ? socket.end(answer) : socket.write(answer))),
  );
  const agent = new Agent({ keepAlive: true });
  opened.push({ close: () => agent.destroy() });
  return readAnswer(got.stream(url, { agent: { http: agent } }), { maxBytes: 10_000, timeoutMs: 30_000 });
}

test.each([
  ["another answer", ONCE + ONCE],
  ["another answer after one in pieces", IN_PIECES + ONCE],
  ["another answer after one that was to be the last", CLOSING + ONCE],
  ["half another answer", `${ONCE}HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{`],
  ["another status", `${ONCE}HTTP/1.1 100 Continue\r\n\r\n`],
  ["another protocol", `${ONCE}HTTP/1.1 101 Other\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n`],
  ["what is no HTTP", `${ONCE}220 ready\r\n`],
])("does not know which answer is meant where %s comes with the answer", async (_, answer) => {
  for (const isFarewell of [false, true]) {
    await expect(answerOf(answer, isFarewell)).rejects.toMatchObject({ code: expect.any(String) });
  }
});

test.each([
  ["nothing", ONCE, false],
  ["nothing, and the connection ends", ONCE, true],
  ["nothing, and the connection is to end", CLOSING, false],
  ["nothing, and the connection ends as was said", CLOSING, true],
  ["nothing after its pieces", IN_PIECES, true],
  ["nothing but the end of a line", `${ONCE}\r\n`, false],
])("reads an answer with which %s comes", async (_, answer, isFarewell) => {
  expect(await answerOf(answer, isFarewell)).toMatchObject({ status: 200, body: "{}" });
});

test.each([
  ["at once", ""],
  ["after another status that is no answer", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"],
])("closes the connection of a server that changes the protocol %s, and the agent forgets it", async (_, before) => {
  const closed: boolean[] = [];
  const url = await start((socket) => {
    socket.on("close", () => closed.push(true));
    socket.once("data", () => {
      socket.write(`${before}HTTP/1.1 101 Other\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\nof another protocol`);
    });
  });
  const agent = new Agent({ keepAlive: true });
  opened.push({ close: () => agent.destroy() });
  for (const count of [1, 2]) {
    const answer = readAnswer(got.stream(url, { agent: { http: agent } }), { maxBytes: 10, timeoutMs: 30_000 });
    await expect(answer).rejects.toMatchObject({ code: "EUPGRADE" });
    while (closed.length < count) await new Promise((resolve) => setImmediate(resolve));
  }
  expect([agent.sockets, agent.freeSockets, agent.requests].map((kept) => Object.keys(kept))).toEqual([[], [], []]);
});
