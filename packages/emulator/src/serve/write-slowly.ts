import type { ServerResponse } from "node:http";
import type { Answer } from "../calls/answer.ts";
import { waitWhileOpen } from "./wait-while-open.ts";

/** How often bytes are written; at slower rates than one byte per tick, the ticks get longer instead. */
const TICK_MS = 20;

/**
 * Writes an answer at a limited rate: the headers at once, then the body, byte by byte if need be.
 *
 * @param onLastBytes - called right before the last bytes leave
 */
export async function writeSlowly(
  response: ServerResponse,
  answer: Answer,
  bytesPerSecond: number,
  onLastBytes: () => void,
): Promise<void> {
  const body = Buffer.from(answer.body ?? "");
  response.writeHead(answer.status, { "content-type": "application/json", "content-length": body.length });
  response.flushHeaders();
  const chunkBytes = Math.max(1, Math.floor((bytesPerSecond * TICK_MS) / 1_000));
  const tickMs = (chunkBytes * 1_000) / bytesPerSecond;
  for (let written = 0; written < body.length; written += chunkBytes) {
    if (!(await waitWhileOpen(response, tickMs))) return;
    if (written + chunkBytes >= body.length) onLastBytes();
    response.write(body.subarray(written, written + chunkBytes));
  }
  onLastBytes();
  response.end();
}
