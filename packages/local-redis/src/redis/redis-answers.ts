import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const PAUSE_BETWEEN_LOOKS_MS = 20;
/** A container's proxy may accept a connection and never pass it on. */
const ANSWER_DEADLINE_MS = 2_000;

/** Where a Redis is expected. */
export type RedisAddress = {
  host: string;
  port: number;
  /** Its process on this machine. Any Redis there will do where it is left out. */
  pid?: number;
};

/**
 * Waits until a Redis answers PING with PONG; a Redis that is still loading its file does not count, and neither does another
 * process's Redis that has the port already. Speaks the inline protocol itself, so that this package needs no client.
 *
 * @throws the signal's reason when it aborts first
 */
export async function redisAnswers(address: RedisAddress, signal: AbortSignal): Promise<void> {
  while (!(await answersPing(address, signal))) {
    signal.throwIfAborted();
    await delay(PAUSE_BETWEEN_LOOKS_MS);
  }
}

async function answersPing({ host, port, pid }: RedisAddress, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let text = "";
    const settle = (answered: boolean): void => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      resolve(answered);
    };
    const giveUp = (): void => settle(false);
    signal.addEventListener("abort", giveUp, { once: true });
    socket.once("connect", () => socket.write("INFO server\r\nPING\r\n"));
    socket.on("data", (piece) => {
      text += piece.toString();
      if (text.includes("+PONG\r\n")) {
        settle(pid === undefined || text.includes(`process_id:${pid}\r\n`));
      } else if (/^-/m.test(text)) {
        giveUp();
      }
    });
    socket.once("error", giveUp);
    socket.once("close", giveUp);
    socket.setTimeout(ANSWER_DEADLINE_MS, giveUp);
  });
}
