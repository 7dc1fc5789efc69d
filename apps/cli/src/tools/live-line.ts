import type { SendStatus } from "@volley/producer";
import { columnsOf, isLive, type Output } from "../terminal/output.ts";
import { createPace, type Pace } from "../terminal/pace.ts";
import { cutTo } from "../terminal/text-width.ts";
import { paceInWords } from "../words/how-long.ts";
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

const BAR_COLUMNS = 16;

const CLEAR = "\r\u001B[K";

/** One line that changes on a terminal; elsewhere a line whenever the state is another one, and at each quarter. */
export function createLiveLine(output: Output, asJson: boolean): LiveLine {
  const isDrawn = isLive(output) && !asJson;
  const measure = createPace();
  let said = "";
  return {
    show: (status, now) => {
      const share = shareOf(status);
      const line = [...wordsOf(status, isDrawn), paceOf(status, measure, now)].filter(Boolean).join(", ");
      if (isDrawn) {
        const drawn = status.parts ? `${bar(share)} ${line}` : line;
        // One that goes over the edge could not be taken back.
        return void output.write(CLEAR + cutTo(drawn, columnsOf(output) - 1));
      }
      const step = `${status.state} ${Math.floor(share * PLAIN_STEPS)} ${status.result?.state ?? ""}`;
      if (step === said) return;
      said = step;
      output.write(asJson ? `${JSON.stringify(status)}\n` : `${line}\n`);
    },
    say: (sentence) => {
      if (!asJson) output.write(`${isDrawn ? CLEAR : ""}${sentence}\n`);
    },
    end: () => {
      if (isDrawn) output.write(CLEAR);
    },
  };
}

function shareOf({ parts, state }: SendStatus): number {
  if (state === "settled" || state === "failed") return 1;
  return parts === null ? 0 : parts.done / parts.total;
}

/** Of a send that is held back nobody knows when it goes on, whatever its pace was. */
function paceOf(
  { parts, holds = [], cancelAskedAt }: SendStatus,
  measure: ReturnType<typeof createPace>,
  now: Date,
): string {
  if (parts === null) return "";
  const pace: Pace = measure(parts.done, parts.total, now.getTime());
  return holds.length > 0 || cancelAskedAt !== undefined ? "" : paceInWords(pace, " parts");
}

/** @param isDrawn - whoever sees one line on a terminal has typed the ID just above it */
function wordsOf({ id, state, result, parts }: SendStatus, isDrawn: boolean): string[] {
  const where = result?.state ?? state;
  return [
    isDrawn && parts ? where : `${id}: ${where}`,
    ...(parts ? [`${inEnglish(parts.done)} of ${inEnglish(parts.total)} parts`] : []),
    ...(parts ? [`${Math.floor((100 * parts.done) / parts.total)} %`] : []),
  ];
}

function bar(share: number): string {
  const full = Math.floor(share * BAR_COLUMNS);
  return "█".repeat(full) + "░".repeat(BAR_COLUMNS - full);
}
