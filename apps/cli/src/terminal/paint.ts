import { styleText } from "node:util";

/** Words as a terminal shows them: in colours where it has them, else as they are. */
export type Paint = {
  readonly good: (text: string) => string;
  /** Not as it should be, and somebody may want to look. */
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
  /** What is there to be looked up, not to be read. */
  readonly dim: (text: string) => string;
};

/** Colours only in a terminal that has them; `NO_COLOR` takes them away, `FORCE_COLOR` gives them to a pipe, too. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  const paint =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      styleText(format, text, { stream });
  return { good: paint("green"), warn: paint("yellow"), bad: paint("red"), dim: paint("dim") };
}

const GOOD = new Set(["accepted", "open", "ok", "active"]);
const WARN = new Set(["partial", "canceled", "expired", "paused", "held", "suspended", "warn", "unknown", "gone"]);
const BAD = new Set(["rejected", "failed", "unattended", "fail"]);

/** A state in the colour of what it means; one that is just on its way has none. @param text - the state, perhaps with spaces around it @param paint - without one there are no colours */
export function paintState(paint: Paint | undefined, text: string): string {
  if (paint === undefined) return text;
  const state = text.trim();
  if (GOOD.has(state)) return paint.good(text);
  if (WARN.has(state)) return paint.warn(text);
  return BAD.has(state) ? paint.bad(text) : text;
}
