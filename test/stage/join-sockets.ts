import type { Socket } from "node:net";

/** Passes on what either says, and ends both with one. @param open - has both as long as they are open */
export function joinSockets(client: Socket, target: Socket, open: Set<Socket>): void {
  for (const [one, other] of [
    [client, target],
    [target, client],
  ] as const) {
    open.add(one);
    one.on("error", () => one.destroy());
    one.on("close", () => {
      other.destroy();
      open.delete(one);
    });
    one.pipe(other);
  }
}
