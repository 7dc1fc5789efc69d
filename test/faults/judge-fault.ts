import type { Fault } from "./fault.ts";
import type { FaultReport } from "./run-fault.ts";

/** More than these nobody reads. */
const MOST_LINES = 20;

/** Everything about a row that must not be; none when all is well. */
export function problemsOf(fault: Fault, report: FaultReport): string[] {
  const { lines, counted, atProvider, firstTextAfterMs, questions, move, last, violations } = report;
  const atMost = { firstTextAfterMs: Infinity, questions: Infinity, ...fault.atMost };
  const found: [boolean, string][] = [
    [lines.all > MOST_LINES, `${lines.all} lines a minute and worker, at most ${MOST_LINES} are wanted`],
    [counted !== atProvider, `the workers count ${counted} accepted, the provider ${atProvider}`],
    [firstTextAfterMs === null, "no text after the mending"],
    [
      (firstTextAfterMs ?? 0) > atMost.firstTextAfterMs,
      `the first text after ${firstTextAfterMs} ms, at most ${atMost.firstTextAfterMs} are wanted`,
    ],
    [questions > atMost.questions, `${questions} questions, at most ${atMost.questions} are wanted`],
    [move.from === move.to, `${fault.tells.name} does not tell: it stayed ${move.to}`],
    [last.livez !== fault.livez, `/livez answers ${last.livez}, expected ${fault.livez}`],
    [last.readyz !== fault.readyz, `/readyz answers ${last.readyz}, expected ${fault.readyz}`],
  ];
  return [
    ...violations.map(({ kind, text }) => `${kind}: ${text}`),
    ...found.flatMap(([is, text]) => (is ? [text] : [])),
  ];
}
