import { connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type LocalProxy, type ProxyBehaviour, startLocalProxy } from "../../test/local-proxy.ts";
import { type LocalServer, startLocalServer, startLocalTlsServer, startSocketServer } from "../../test/local-server.ts";
import { TEST_CERTIFICATE } from "../../test/test-certificate.ts";
import { TRANSPORTS } from "../../test/transports.ts";
import type { HttpTransport } from "./http-transport.ts";
import type { TransportAnswer, TransportFailure, TransportRequest } from "./transport.ts";

/** A tunnel is where it is hardest to know whether a request was written, and where a mistake texts people twice. */

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

describe.each(TRANSPORTS)("over %s", (_client, createTransport) => {
  type Rig = {
    readonly proxy: LocalProxy;
    readonly server: LocalServer;
    readonly send: (request?: Partial<TransportRequest>) => Promise<TransportAnswer | TransportFailure>;
  };

  async function start(
    scheme: string,
    answer: Parameters<typeof startLocalServer>[0],
    behaviour: ProxyBehaviour & { readonly timeoutMs?: number; readonly login?: string } = {},
  ): Promise<Rig> {
    const server = await (scheme === "https" ? startLocalTlsServer : startLocalServer)(answer);
    const proxy = await startLocalProxy(behaviour);
    opened.push(server, proxy);
    const url = proxy.url.replace("://", `://${behaviour.login ?? ""}`);
    const transport = createTransport({
      timeoutMs: behaviour.timeoutMs ?? 10_000,
      ca: TEST_CERTIFICATE,
      proxy: { http: url, https: url },
    });
    opened.push(transport);
    const target = server.baseUrl.replace("127.0.0.1", "sms.example.test");
    const send: Rig["send"] = async (request) =>
      transport.send({ method: "POST", url: target, headers: {}, body: '{"body":"Hi!"}', ...request });
    return { proxy, server, send };
  }

  describe.each(["http", "https"])("an %s request over a proxy", (scheme) => {
    test("reaches its host in a tunnel that is kept", async () => {
      const { proxy, server, send } = await start(scheme, (_, response) => response.writeHead(201).end("done"));
      for (let count = 0; count < 3; count += 1) expect(await send()).toMatchObject({ status: 201, body: "done" });
      expect(proxy.tunnels).toEqual([
        { target: `sms.example.test:${new URL(server.baseUrl).port}`, authorization: undefined },
      ]);
      expect(proxy.forwarded).toEqual([]);
      expect(server.requests).toHaveLength(3);
    });

    test("shows the proxy its own credentials", async () => {
      const { proxy, send } = await start(scheme, (_, response) => response.end(), { login: "ann:p%40ss@" });
      expect(await send()).toMatchObject({ status: 200 });
      expect(proxy.tunnels[0]?.authorization).toBe(`Basic ${Buffer.from("ann:p@ss").toString("base64")}`);
    });

    test("reaches a proxy that is reached over TLS itself", async () => {
      const { proxy, send } = await start(scheme, (_, response) => response.end(), { isSecure: true });
      expect(await send()).toMatchObject({ status: 200 });
      expect(proxy.tunnels).toHaveLength(1);
    });

    test.each([400, 403, 407, 502, 503])(
      "that the proxy refuses with %i was not written, and nobody took it for an answer",
      async (refuse) => {
        const { proxy, server, send } = await start(scheme, (_, response) => response.end(), { refuse });
        expect(await send()).toEqual({
          status: null,
          code: "connect_failed",
          text: "no connection (EPROXY)",
          wasWritten: false,
          host: new URL(proxy.url).host,
          systemCode: "EPROXY",
        });
        expect(server.requests).toEqual([]);
      },
    );

    test("over one that says nothing was not written", async () => {
      const { send } = await start(scheme, (_, response) => response.end(), { isSilent: true, timeoutMs: 400 });
      expect(await send()).toMatchObject({ status: null, wasWritten: false });
    });

    test("was written when the far end hangs up on it, on a new tunnel and on a kept one", async () => {
      const { server, send } = await start(scheme, (request, response) => {
        if (server.requests.length === 2) response.end();
        else request.socket.destroy();
      });
      expect(await send()).toMatchObject({ code: "connection_lost", wasWritten: true });
      expect(await send()).toMatchObject({ status: 200 });
      expect(await send()).toMatchObject({ code: "connection_lost", wasWritten: true });
      expect(server.requests).toHaveLength(3);
    });

    test("was written when the far end changes the protocol, and another tunnel is dug for the next one", async () => {
      const { proxy, server, send } = await start(scheme, (_, response) => {
        if (server.requests.length !== 2) response.end();
        else response.socket?.write("HTTP/1.1 101 Other\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n");
      });
      expect(await send()).toMatchObject({ status: 200 });
      expect(await send()).toMatchObject({ text: "connection lost (EUPGRADE)", wasWritten: true });
      expect(await send()).toMatchObject({ status: 200 });
      expect(proxy.tunnels).toHaveLength(2);
    });

    test("was written when no answer comes, on a new tunnel and on a kept one", async () => {
      const { server, send } = await start(scheme, (_, response) => {
        if (server.requests.length === 1) response.end();
      });
      expect(await send()).toMatchObject({ status: 200 });
      expect(await send({ timeoutMs: 500 })).toMatchObject({ code: "timeout", wasWritten: true });
      // The first one's tunnel is gone with it: this one has to be dug.
      expect(await send({ timeoutMs: 2_000 })).toMatchObject({ code: "timeout", wasWritten: true });
      expect(server.requests).toHaveLength(3);
    });

    test("is not written too late, on a new tunnel and on a kept one", async () => {
      const { server, send } = await start(scheme, (_, response) => response.end());
      expect(await send({ notAfter: new Date(0) })).toMatchObject({ code: "too_late", wasWritten: false });
      expect(await send({ notAfter: new Date(Date.now() + 60_000) })).toMatchObject({ status: 200 });
      expect(await send({ notAfter: new Date(0) })).toMatchObject({ code: "too_late", wasWritten: false });
      expect(server.requests).toHaveLength(1);
    });
  });

  describe("a request over a proxy that is not there", () => {
    test("was not written", async () => {
      const transport = createTransport({ timeoutMs: 1_000, proxy: { https: "http://127.0.0.1:1" } });
      opened.push(transport);
      const answer = await transport.send({ method: "GET", url: "https://sms.example.test/", headers: {} });
      expect(answer).toMatchObject({ code: "connect_failed", text: "no connection (ECONNREFUSED)", wasWritten: false });
      expect(answer).toMatchObject({ host: "127.0.0.1:1" });
    });
  });

  describe("an https request in a tunnel to a server that is not trusted", () => {
    test.each([
      ["whom nobody signed", "sms.example.test", undefined, "DEPTH_ZERO_SELF_SIGNED_CERT"],
      ["that is another", "other.example.test", TEST_CERTIFICATE, "ERR_TLS_CERT_ALTNAME_INVALID"],
    ])("%s was not written", async (_, host, ca, code) => {
      const server = await startLocalTlsServer((_request, response) => response.end());
      const proxy = await startLocalProxy();
      const transport = createTransport({ timeoutMs: 5_000, proxy: { https: proxy.url }, ...(ca && { ca }) });
      opened.push(server, proxy, transport);
      const url = server.baseUrl.replace("127.0.0.1", host);
      expect(await transport.send({ method: "POST", url, headers: {}, body: "{}" })).toEqual({
        status: null,
        code: "wrong_certificate",
        text: `no connection (${code})`,
        wasWritten: false,
        host: new URL(url).host,
        systemCode: code,
      });
      expect(server.requests).toEqual([]);
    });

    test.each<[string, (socket: Socket) => void]>([
      ["hangs up", (socket) => socket.end()],
      ["resets", (socket) => socket.resetAndDestroy()],
      ["says nothing", () => {}],
      ["speaks no TLS", (socket) => socket.end("220 ready\r\n")],
    ])("and %s in the handshake was not written", async (_, leave) => {
      const server = await startSocketServer((socket) => socket.once("data", () => leave(socket)));
      const proxy = await startLocalProxy();
      const transport = createTransport({ timeoutMs: 600, proxy: { https: proxy.url } });
      opened.push(server, proxy, transport);
      const url = `https://sms.example.test:${server.port}/`;
      const answer = await transport.send({ method: "POST", url, headers: {}, body: "{}" });
      expect(answer).toMatchObject({ status: null, wasWritten: false });
    });
  });

  test("this machine is reached directly", async () => {
    const server = await startLocalServer((_, response) => response.end());
    const proxy = await startLocalProxy();
    const transport: HttpTransport = createTransport({ timeoutMs: 5_000, proxy: { http: proxy.url } });
    opened.push(server, proxy, transport);
    expect(await transport.send({ method: "GET", url: server.baseUrl, headers: {} })).toMatchObject({ status: 200 });
    expect(proxy.tunnels).toEqual([]);
  });

  test("a request is not written when the process stood still in the handshake", async () => {
    const server = await startLocalTlsServer((_, response) => response.end());
    // Stands before the server and stops everything between the connection and the end of the handshake.
    const notAfter = new Date(Date.now() + 300);
    const front = createServer((client) => {
      const upstream = connect(Number(new URL(server.baseUrl).port), "127.0.0.1");
      client.once("data", () => {
        while (Date.now() <= notAfter.getTime());
      });
      client.pipe(upstream).pipe(client);
      client.on("error", () => {}).on("close", () => upstream.destroy());
      upstream.on("error", () => client.destroy());
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    const address = front.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const transport = createTransport({ timeoutMs: 20_000, ca: TEST_CERTIFICATE });
    opened.push(server, { close: () => front.close() }, transport);
    const url = `https://127.0.0.1:${port}/`;
    expect(await transport.send({ method: "POST", url, headers: {}, body: "{}", notAfter })).toMatchObject({
      code: "too_late",
      wasWritten: false,
    });
    expect(server.requests).toEqual([]);
  });
});
