/**
 * What somebody who answers a message wants.
 *
 * - `stop`: no more messages. `maybe`: that may be meant; a person has to read it.
 * - `start`: messages again. `help`: to know who sends them.
 * - `no`: something else.
 */
export type Heard = "stop" | "maybe" | "no" | "start" | "help";

const WORDS: ReadonlyMap<string, Heard> = new Map([
  ["STOP", "stop"],
  ["START", "start"],
  ["HELP", "help"],
]);

/** Hears what a text asks for. */
export function hear(text: string): Heard {
  return WORDS.get(text.trim().toUpperCase()) ?? "no";
}
