import { connect } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { startLocalServer, startLocalTlsServer, startSocketServer } from "../../test/local-server.ts";
import { TEST_CERTIFICATE } from "../../test/test-certificate.ts";
import { TRANSPORTS } from "../../test/transports.ts";
import type { HttpTransport } from "./http-transport.ts";
import type { TransportRequest } from "./transport.ts";

/** How long a slow handshake takes. */
const HANDSHAKE_MS = 400;

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

function post(url: string): TransportRequest {
  return { method: "POST", url, headers: { authorization: "Bearer token" }, body: '{"body":"Hi!"}' };
}

describe.each(TRANSPORTS)("over %s", (_client, createTransport) => {
  function open(ca?: string): HttpTransport {
    const trust = ca === undefined ? {} : { ca };
    const transport = createTransport({ timeoutMs: 1_000, ...trust });
    opened.push(transport);
    return transport;
  }

  describe("the transport over TLS, no trust: not a byte of the request was written", () => {
    test("a certificate that nobody signed", async () => {
      const server = await startLocalTlsServer((_, response) => response.end());
      opened.push(server);
      expect(await open().send(post(server.baseUrl))).toEqual({
        status: null,
        code: "wrong_certificate",
        text: "no connection (DEPTH_ZERO_SELF_SIGNED_CERT)",
        wasWritten: false,
        host: new URL(server.baseUrl).host,
        systemCode: "DEPTH_ZERO_SELF_SIGNED_CERT",
      });
      expect(server.connections()).toBe(1);
      expect(server.requests).toEqual([]);
    });

    test("a certificate for another host", async () => {
      const server = await startLocalTlsServer((_, response) => response.end());
      opened.push(server);
      const url = server.baseUrl.replace("127.0.0.1", "localhost");
      expect(await open(TEST_CERTIFICATE).send(post(url))).toEqual({
        status: null,
        code: "wrong_certificate",
        text: "no connection (ERR_TLS_CERT_ALTNAME_INVALID)",
        wasWritten: false,
        host: new URL(url).host,
        systemCode: "ERR_TLS_CERT_ALTNAME_INVALID",
      });
      expect(server.requests).toEqual([]);
    });

    test("a server that speaks no TLS", async () => {
      const server = await startLocalServer((_, response) => response.end());
      opened.push(server);
      const answer = await open().send(post(server.baseUrl.replace("http:", "https:")));
      expect(answer).toMatchObject({ status: null, code: "connect_failed", wasWritten: false });
      expect(server.requests).toEqual([]);
    });

    test("a server that hangs up during the handshake", async () => {
      const server = await startSocketServer((socket) => socket.once("data", () => socket.end()));
      opened.push(server);
      const answer = await open().send(post(`https://127.0.0.1:${server.port}/`));
      expect(answer).toMatchObject({ status: null, code: "connect_failed", wasWritten: false });
    });

    test("a server that resets during the handshake", async () => {
      const server = await startSocketServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
      opened.push(server);
      const answer = await open().send(post(`https://127.0.0.1:${server.port}/`));
      expect(answer).toMatchObject({ status: null, code: "connect_failed", wasWritten: false });
    });

    test("a server that never ends the handshake", async () => {
      const server = await startSocketServer(() => {});
      opened.push(server);
      expect(await open().send(post(`https://127.0.0.1:${server.port}/`))).toMatchObject({
        status: null,
        code: "timeout",
        text: "no answer in time (secureConnect)",
        wasWritten: false,
      });
    });
  });

  describe("the transport over TLS, a handshake that takes long", () => {
    /** A way to a server on which its half of the handshake waits. */
    async function slowWayTo(baseUrl: string): Promise<string> {
      const way = await startSocketServer((socket) => {
        const server = connect(Number(new URL(baseUrl).port), "127.0.0.1");
        server.on("error", () => socket.destroy());
        socket.on("close", () => server.destroy());
        socket.pipe(server);
        server.once("readable", () => void setTimeout(() => server.pipe(socket), HANDSHAKE_MS));
      });
      opened.push(way);
      return `https://127.0.0.1:${way.port}/`;
    }

    test.each([
      { title: "is not written where its time is over by then", leftMs: HANDSHAKE_MS / 2, status: null, requests: 0 },
      { title: "is written where there is time left", leftMs: 60_000, status: 200, requests: 1 },
    ])("the request $title", async ({ leftMs, status, requests }) => {
      const server = await startLocalTlsServer((_, response) => response.end());
      opened.push(server);
      const url = await slowWayTo(server.baseUrl);
      const notAfter = new Date(Date.now() + leftMs);
      const answer = await open(TEST_CERTIFICATE).send({ ...post(url), notAfter });
      expect(answer).toMatchObject({ status, ...(status === null && { code: "too_late", wasWritten: false }) });
      expect(server.connections()).toBe(1);
      expect(server.requests).toHaveLength(requests);
    });
  });

  describe("the transport over TLS, trust: the request may have been read", () => {
    test("gives the answer", async () => {
      const server = await startLocalTlsServer((_, response) => response.writeHead(201).end("done"));
      opened.push(server);
      expect(await open(TEST_CERTIFICATE).send(post(server.baseUrl))).toMatchObject({ status: 201, body: "done" });
      expect(server.requests[0]?.headers["authorization"]).toBe("Bearer token");
    });

    test("a reset after the request was read", async () => {
      const server = await startLocalTlsServer((request) => request.socket.destroy());
      opened.push(server);
      const answer = await open(TEST_CERTIFICATE).send(post(server.baseUrl));
      expect(answer).toMatchObject({ code: "connection_lost", wasWritten: true });
      expect(server.requests).toHaveLength(1);
    });

    test("a reset after the request was read on a connection that was kept alive", async () => {
      const server = await startLocalTlsServer((request, response) => {
        if (server.requests.length === 1) response.end("first");
        else request.socket.destroy();
      });
      opened.push(server);
      const transport = open(TEST_CERTIFICATE);
      expect(await transport.send(post(server.baseUrl))).toMatchObject({ status: 200 });
      expect(await transport.send(post(server.baseUrl))).toMatchObject({ code: "connection_lost", wasWritten: true });
      expect(server.connections()).toBe(1);
      expect(server.requests).toHaveLength(2);
    });

    test("no answer in time", async () => {
      const server = await startLocalTlsServer(() => {});
      opened.push(server);
      const answer = await open(TEST_CERTIFICATE).send(post(server.baseUrl));
      expect(answer).toMatchObject({ code: "timeout", text: "no answer in time (request)", wasWritten: true });
    });
  });
});
