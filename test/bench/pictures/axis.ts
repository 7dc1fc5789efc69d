/** One side of a chart. */
export type Axis = {
  readonly label: string;
  /** Whether each step is ten times the one before. @default false */
  readonly isLogarithmic?: boolean;
  /** Marks to be set. @default round ones over the whole of the values */
  readonly marks?: readonly number[];
  /** How a mark is written. @default as a number with thousands */
  readonly write?: (value: number) => string;
};

/** An axis that knows where values lie on it. */
export type Scale = {
  readonly marks: readonly number[];
  readonly write: (value: number) => string;
  /** @returns where a value lies, 0 at the beginning and 1 at the end */
  readonly place: (value: number) => number;
};

/** About so many marks are read without counting them. */
const MARKS = 5;

/** The scale of an axis over some values. A linear one begins at 0. */
export function scaleOf(axis: Axis, values: readonly number[]): Scale {
  const { isLogarithmic = false, write = (value) => value.toLocaleString("en") } = axis;
  const marks = axis.marks ?? (isLogarithmic ? powersOfTen(values) : roundMarks(Math.max(...values)));
  const measure = isLogarithmic ? Math.log10 : (value: number): number => value;
  const [from, to] = [measure(marks[0] ?? 0), measure(marks.at(-1) ?? 1)];
  return { marks, write, place: (value) => (measure(value) - from) / (to - from) };
}

function powersOfTen(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.ceil(Math.log10(Math.max(...values)));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(`1e${first + index}`));
}

function roundMarks(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most / MARKS));
  const step = power * ([1, 2, 2.5, 5, 10].find((times) => times * power * MARKS >= most) ?? 10);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}
