import type { ApiKey } from "@volley/keys";
import { ApiProblem } from "../terms/api-problem.ts";

/** Streams of a key at a process. */
const MOST_STREAMS = 8;

/** @returns takes one of the streams that a key may have open here, until `gone`. @throws ApiProblem `too_many_streams` */
export function createStreamCounter(): (key: Pick<ApiKey, "id">, gone: AbortSignal) => void {
  const open = new Map<string, number>();
  const add = (id: string, change: number): void => {
    const count = (open.get(id) ?? 0) + change;
    if (count === 0) open.delete(id);
    else open.set(id, count);
  };
  return ({ id }, gone) => {
    if (gone.aborted) return;
    if ((open.get(id) ?? 0) >= MOST_STREAMS) {
      throw new ApiProblem("too_many_streams", `the key may have ${MOST_STREAMS} streams open at a process`);
    }
    add(id, 1);
    gone.addEventListener("abort", () => add(id, -1), { once: true });
  };
}
