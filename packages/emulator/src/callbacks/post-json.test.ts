import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { JsonPoster } from "./post-json.ts";

/** RFC 8446: the first byte of a record that begins a handshake. */
const TLS_HANDSHAKE = 22;

let poster: JsonPoster;

beforeEach(() => {
  poster = new JsonPoster();
});

afterEach(() => poster.close());

describe("JsonPoster", () => {
  test.each(["ftp://127.0.0.1/", "http://user:p%zz@127.0.0.1:9/", "nowhere"])(
    "gets no answer from %s, and does not fail",
    async (url) => {
      expect(await poster.post(url, "{}", {})).toBeNull();
    },
  );

  test("speaks TLS to a URL that begins with HTTPS", async () => {
    const firstBytes: (number | undefined)[] = [];
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (data) => {
        firstBytes.push(data[0]);
        socket.destroy();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    expect(await poster.post(`HTTPS://127.0.0.1:${(server.address() as AddressInfo).port}/`, "{}", {})).toBeNull();
    server.close();
    expect(firstBytes).toEqual([TLS_HANDSHAKE]);
  });
});
