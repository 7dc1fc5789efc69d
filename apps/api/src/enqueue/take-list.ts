import { AUTO_REGION, InvalidSendError } from "@volley/contract";
import {
  type LineReason,
  type ListEntry,
  type ListLine,
  takeLines,
  type WrongLines,
  WrongLinesError,
} from "@volley/lists";
import type { RouteTable } from "@volley/producer";
import { pointerOfField } from "../problems/pointer.ts";
import { ApiProblem, type RequestProblem } from "../terms/api-problem.ts";
import { createReasonAgainst } from "./reason-against.ts";

/** Recipients of a request on their way to the producer. */
export type TakenList = {
  readonly pages: () => AsyncGenerator<readonly ListEntry[]>;
  readonly wrong: () => WrongLines;
  /** The error as it is answered, with the lines that it is about. */
  readonly explained: (error: unknown) => unknown;
};

/** What a list is taken with. */
export type TakeTerms = {
  readonly region: string;
  readonly message: object;
  readonly invalid: "skip" | "refuse";
  /** Of `region: "auto"`. */
  readonly routeOf: RouteTable | null;
  /** Hears of every page before it is given away, and may end it; a group's region is not known. */
  readonly onPage: (valid: number, regions: ReadonlySet<string>) => Promise<void>;
};

/**
 * Takes the lines of a list, and finds out what is wrong with each.
 *
 * @throws InvalidSendError with every mistake of the message, before a line is read
 */
export function takeList(
  lines: AsyncIterable<readonly ListLine[]>,
  { region, message, invalid, routeOf, onPage }: TakeTerms,
): TakenList {
  const regions = new Set<string>(region === AUTO_REGION ? [] : [region]);
  const onRegion = (routed: string): void => void regions.add(routed);
  const reasonAgainst = createReasonAgainst({ message, routeOf, onRegion });
  const taken = takeLines(lines, { invalid, reasonAgainst });
  return {
    wrong: taken.wrong,
    explained: (error) => explained(error, taken.lineOf),
    pages: async function* () {
      let wrong = 0;
      for await (const page of taken.pages()) {
        const { count } = taken.wrong();
        const valid = page.length - (count - wrong);
        wrong = count;
        await onPage(valid, regions);
        yield page;
      }
    },
  };
}

/** Of so many wrong lines one by one is said what is wrong. */
const MOST_PROBLEMS = 1_000;

function explained(error: unknown, lineOf: (index: number) => number | undefined): unknown {
  if (error instanceof WrongLinesError) {
    const problems = error.wrong.lines.slice(0, MOST_PROBLEMS).map(({ line, reason }) => problemOf(line, reason));
    return new ApiProblem("invalid_lines", `${error.message}; nothing was enqueued`, { problems });
  }
  if (!(error instanceof InvalidSendError)) return error;
  const problems = error.problems.map(({ field, message }): RequestProblem => {
    const line = lineOf(Number(/^to\[(?<index>\d+)\]/.exec(field)?.groups?.["index"] ?? Number.NaN));
    // A list has no field that a pointer could name: a line of it has its number.
    if (line !== undefined) return { pointer: "", in: "body", line, detail: `line ${line}: ${message}` };
    return { pointer: pointerOfField(field), in: "body", detail: message };
  });
  return new ApiProblem("VOLLEY_INVALID_SEND", error.message, { problems });
}

function problemOf(line: number, reason: LineReason): RequestProblem {
  return { pointer: "", in: "body", line, code: reason, detail: `line ${line}: ${REASONS[reason]}` };
}

const REASONS: Readonly<Record<LineReason, string>> = {
  invalid_msisdn: "expected an international number or a group ID",
  shortened_msisdn: "expected a number, got one that a spreadsheet has shortened",
  missing_cells: "expected a cell for the number, the region and each value of the text, got too few cells",
  too_many_cells: "expected at most as many cells as the heading has, got more",
  other_region: "expected the region of the send, or none",
  no_route: "expected a number with a route",
  missing_parameter: "expected a value for every placeholder",
  invalid_parameters: "expected values that are texts, not too long",
  invalid_json: "expected JSON",
  invalid_line: "expected a text, or an object with to and parameters",
};
