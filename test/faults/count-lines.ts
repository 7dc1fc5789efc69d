/** What a worker logged, by how loud it is. */
export type LineCount = { readonly all: number; readonly warnings: number };

/** One line of a log, and when it was written. */
type Line = { readonly at: number; readonly isWarning: boolean };

const MINUTE_MS = 60_000;

/** A shorter one says nothing about how it goes on. */
const SHORTEST_MS = 20_000;

/**
 * The most lines that a worker wrote in a minute: in any 60 s of its life, or, where that is more, as many as it would have
 * written in 60 s if it had gone on as while the fault lasted (20 s at least). A line that is no JSON counts as a warning. Not counted is
 * the line `settled`, which each send has once, with and without a fault.
 */
export function mostLinesAMinute(output: string, fault: { readonly from: number; readonly to: number }): LineCount {
  const lines = linesOf(output);
  const share = MINUTE_MS / Math.min(MINUTE_MS, Math.max(SHORTEST_MS, fault.to - fault.from));
  const most = (counted: readonly Line[]): number => {
    const during = counted.filter(({ at }) => at >= fault.from && at <= fault.to).length;
    const windows = counted.map(
      (first) => counted.filter(({ at }) => at >= first.at && at < first.at + MINUTE_MS).length,
    );
    return Math.max(0, Math.ceil(during * share), ...windows);
  };
  return { all: most(lines), warnings: most(lines.filter(({ isWarning }) => isWarning)) };
}

function linesOf(output: string): Line[] {
  let at = 0;
  return output
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const { time, level, msg } = fieldsOf(line);
      // What is no line of the log was written at about the same time as the one before it.
      at = time === undefined ? at : new Date(time).getTime();
      return msg === "settled" ? [] : [{ at, isWarning: level !== "info" && level !== "debug" }];
    });
}

type Fields = { readonly time?: string | number; readonly level?: unknown; readonly msg?: unknown };

function fieldsOf(line: string): Fields {
  try {
    return JSON.parse(line) as Fields;
  } catch {
    return {};
  }
}
