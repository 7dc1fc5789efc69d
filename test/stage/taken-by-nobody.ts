import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Keeps no process alive and nothing that it is given. */
const server = createServer((request, response) => void request.resume().once("end", () => response.end()));
server.listen(0, "127.0.0.1").unref();
await once(server, "listening");

/**
 * Where the provider may call back and nobody of Volley hears it. Where nothing listens at all, the emulator tries every report
 * sixteen times, as Sinch does: 40,000 requests for one test.
 */
export const TAKEN_BY_NOBODY = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
