import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** How long an answer may take, in milliseconds. */
const LONGEST_MS = 20_000;

/** What was answered on one connection. */
export type RawAnswers = {
  /** In the order of the answers; `100` among them. */
  readonly statuses: readonly number[];
  readonly text: string;
};

/**
 * Writes bytes to a server and reads what it answers, until it ends the connection or has answered often enough.
 *
 * @param pieces - one after the other, with a pause between them
 * @param answers - how many are waited for; 0: the connection is cut after the last piece
 */
export async function askRaw(url: string, pieces: readonly (string | Uint8Array)[], answers = 1): Promise<RawAnswers> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = "";
  const ended = new Promise<void>((resolve) => {
    socket.on("close", () => resolve());
    // A server that refuses a body may cut the connection while that is being written.
    socket.on("error", () => {});
    socket.setEncoding("latin1").on("data", (piece: string) => {
      text += piece;
      if (statusesIn(text).length >= answers) socket.destroy();
    });
  });
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) await pause(50);
    if (!socket.destroyed) socket.write(piece);
  }
  if (answers === 0) socket.destroySoon();
  await Promise.race([ended, pause(LONGEST_MS, undefined, { ref: false })]);
  socket.destroy();
  return { statuses: statusesIn(text), text };
}

function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.[01] (\d{3}) [^\r\n]*\r\n/g)].map(([, status]) => Number(status));
}
