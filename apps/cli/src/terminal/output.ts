/** Where a command writes to: `process.stdout`, or a stream of a test. */
export type Output = Pick<NodeJS.WriteStream, "isTTY"> &
  NodeJS.WritableStream & {
    readonly columns?: number;
    /** Whether it only writes on, as `TERM=dumb` says. @default false */
    readonly isDumb?: boolean;
  };

/** Of a terminal that does not say it. */
const COLUMNS = 80;

/** Whether a line on it can be drawn anew. */
export function isLive({ isTTY, isDumb = false }: Pick<Output, "isTTY" | "isDumb">): boolean {
  return isTTY && !isDumb;
}

/** Columns of a line. */
export function columnsOf({ columns }: Pick<Output, "columns">): number {
  return typeof columns === "number" && columns > 0 ? columns : COLUMNS;
}
