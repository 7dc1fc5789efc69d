import { people } from "../stage/people.ts";
import type { Order } from "./careful-producer.ts";

const FROM = "12015550123";

const SHORT_PEOPLE = 10;

/** Numbers are given out in blocks, so that no two sends have somebody in common. */
const BLOCK = 1_000_000;

/** A send of many parts, as a stream. */
export function campaign(count: number): Order {
  const numbers = people(count);
  return { key: "campaign", numbers, send: () => ({ from: FROM, to: numbers.values(), body: "Hello" }) };
}

/** Sends of ten people each. */
export function shorts(name: string, block: number, count: number): Order[] {
  return Array.from({ length: count }, (_, index) => {
    const first = block * BLOCK + index * SHORT_PEOPLE;
    return order(`${name}-${index}`, people(SHORT_PEOPLE, first));
  });
}

/** One to a few people. @param added - `priority`, `send_at` */
export function order(key: string, numbers: readonly string[], added: object = {}): Order {
  return { key, numbers, send: () => ({ from: FROM, to: [...numbers], body: "Hello", ...added }) };
}

/** Somebody who is in no other send. */
export function person(block: number): string {
  return people(1, block * BLOCK)[0] ?? "";
}
