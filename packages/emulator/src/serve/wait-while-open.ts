import type { ServerResponse } from "node:http";

/**
 * Waits, but only as long as somebody waits for the answer.
 *
 * @returns true when the time is over, false as soon as the client has left or the emulator is being closed
 */
export function waitWhileOpen(response: ServerResponse, delayMs: number): Promise<boolean> {
  if (response.destroyed || response.closed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onClose = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      response.off("close", onClose);
      resolve(true);
    }, delayMs);
    response.once("close", onClose);
  });
}
