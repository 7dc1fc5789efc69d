import type { SendStatus } from "@volley/producer";
import type { Output } from "../send-file/progress-bar.ts";
import { inEnglish } from "../words/in-english.ts";

/** Shows how far a send is. */
export type LiveLine = {
  readonly show: (status: SendStatus, now: Date) => void;
  /** Says something beside it. */
  readonly say: (sentence: string) => void;
  readonly end: () => void;
};

/** How often a line is printed where there is no terminal, in shares of the whole. */
const PLAIN_STEPS = 4;

const CLEAR = "\r\u001b[K";

/** One line that changes on a terminal; elsewhere a line whenever the state is another one, and at each quarter. */
export function createLiveLine(output: Output, asJson: boolean): LiveLine {
  const isLive = output.isTTY && !asJson;
  const measure = createMeasure();
  let said = "";
  return {
    show: (status, now) => {
      const { share, left, rate } = measure(status, now);
      if (isLive) return void output.write(CLEAR + cut(lineOf(status, { rate, left }), output));
      const step = `${status.state} ${Math.floor(share * PLAIN_STEPS)} ${status.result?.state ?? ""}`;
      if (step === said) return;
      said = step;
      if (asJson) output.write(`${JSON.stringify(status)}\n`);
      else output.write(`${lineOf(status, { rate, left })}\n`);
    },
    say: (sentence) => {
      if (!asJson) output.write(`${isLive ? CLEAR : ""}${sentence}\n`);
    },
    end: () => {
      if (isLive) output.write(CLEAR);
    },
  };
}

type Pace = {
  /** Parts in a second, and seconds until the last one is done; `null` while nobody knows. */
  readonly rate: number | null;
  readonly left: number | null;
};

/** Measures since it has first seen a part done. */
function createMeasure(): (status: SendStatus, now: Date) => Pace & { readonly share: number } {
  let first: { readonly done: number; readonly at: number } | null = null;
  return ({ parts, state }, now) => {
    const share = state === "settled" || state === "failed" ? 1 : parts === null ? 0 : parts.done / parts.total;
    if (parts === null) return { share, rate: null, left: null };
    first ??= { done: parts.done, at: now.getTime() };
    const seconds = (now.getTime() - first.at) / 1_000;
    const rate = parts.done > first.done && seconds > 0 ? (parts.done - first.done) / seconds : null;
    return { share, rate, left: rate === null ? null : Math.ceil((parts.total - parts.done) / rate) };
  };
}

function lineOf({ id, state, result, parts }: SendStatus, { rate, left }: Pace): string {
  const said = [
    `${id}: ${result?.state ?? state}`,
    ...(parts ? [`${inEnglish(parts.done)} of ${inEnglish(parts.total)} parts`] : []),
    ...(parts ? [`${Math.floor((100 * parts.done) / parts.total)} %`] : []),
    ...(rate === null ? [] : [`${rate.toFixed(rate < 10 ? 1 : 0)} parts/s`]),
    ...(left === null ? [] : [`${inEnglish(left)} s left`]),
  ];
  return said.join(", ");
}

/** A line that goes over the edge cannot be taken back. */
function cut(line: string, output: Output): string {
  const columns: unknown = Reflect.get(output, "columns");
  return typeof columns === "number" && columns > 1 ? line.slice(0, columns - 1) : line;
}
