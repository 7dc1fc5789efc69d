import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { freePort } from "./free-port.ts";

describe("freePort", () => {
  it("is the wanted one while that is free, and another one while it is not", async () => {
    const wanted = await freePort(0);
    expect(await freePort(wanted)).toBe(wanted);
    const server = createServer().listen(wanted, "127.0.0.1");
    await once(server, "listening");
    const other = await freePort(wanted);
    server.close();
    expect(other).toBeGreaterThan(0);
    expect(other).not.toBe(wanted);
  });
});
