import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { TRANSPORTS } from "../../test/transports.ts";
import type { HttpTransport } from "./http-transport.ts";

const TOO_LATE = { status: null, code: "too_late", text: "too late to be written", wasWritten: false };

describe.each(TRANSPORTS)("over %s, a request that has to be written by a time", (_, createTransport) => {
  let server: Server;
  let url: string;
  let requests: number;
  let connections: number;
  let transport: HttpTransport;

  beforeEach(async () => {
    requests = 0;
    connections = 0;
    server = createServer((_request, response) => {
      requests += 1;
      response.end("{}");
    });
    server.on("connection", () => (connections += 1));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    transport = createTransport({ timeoutMs: 5_000 });
  });

  afterEach(async () => {
    transport.close();
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  const post = async (notAfter?: Date) =>
    transport.send({ method: "POST", url, headers: {}, body: "{}", ...(notAfter && { notAfter }) });

  it("is written in time, over new and kept connections", async () => {
    const later = new Date(Date.now() + 60_000);
    expect(await post(later)).toMatchObject({ status: 200 });
    expect(await post(later)).toMatchObject({ status: 200 });
    expect({ requests, connections }).toEqual({ requests: 2, connections: 1 });
  });

  it("is not written on a new connection that stands too late", async () => {
    expect(await post(new Date(Date.now() - 1))).toEqual(TOO_LATE);
    expect(requests).toBe(0);
  });

  it("is not written on a kept connection that takes it over too late, and the next one goes on", async () => {
    await post();
    expect(await post(new Date(Date.now() - 1))).toEqual(TOO_LATE);
    expect(requests).toBe(1);
    expect(await post(new Date(Date.now() + 60_000))).toMatchObject({ status: 200 });
    expect(requests).toBe(2);
  });

  it("is not written when the process stood still between the call and the write", async () => {
    await post();
    const pending = post(new Date(Date.now() + 200));
    const thawedAt = Date.now() + 400;
    while (Date.now() < thawedAt);
    expect(await pending).toEqual(TOO_LATE);
    expect(requests).toBe(1);
  });

  it("leaves other requests of the same time alone", async () => {
    const answers = await Promise.all([post(), post(new Date(0)), post(), post(new Date(0))]);
    expect(answers.map(({ status }) => status)).toEqual([200, null, 200, null]);
    expect(requests).toBe(2);
  });
});
