import { type Axis, scaleOf, type Scale } from "./axis.ts";

/** A line of a chart. */
export type Line = {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** What was not measured but would be right: drawn in dashes and without a color. @default false */
  readonly isWanted?: boolean;
};

/** A chart of lines. */
export type LineChart = {
  readonly title: string;
  readonly subtitle: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
};

const [WIDTH, HEIGHT] = [760, 380];
const PLOT = { left: 64, right: 590, top: 84, bottom: 326 };

/** Names beside each other's lines need so much room. */
const LINE_HEIGHT = 16;

/** A line with few points shows each of them. */
const MOST_DOTS = 12;

/** Colors that those who see few colors tell apart, on a light page and on a dark one. */
const STYLE = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #52514e; }
  .title { font-size: 15px; font-weight: 600; fill: #0b0b0b; }
  .name { fill: #0b0b0b; }
  .page { fill: #fcfcfb; }
  .grid { stroke: #e6e5e0; }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
  .wanted { stroke: #8a8983; stroke-dasharray: 5 4; }
  .c0 { stroke: #2a78d6; } .c1 { stroke: #c2571a; } .c2 { stroke: #17806d; } .c3 { stroke: #7b4fc4; }
  @media (prefers-color-scheme: dark) {
    text { fill: #b5b4ae; }
    .title, .name { fill: #f3f2ee; }
    .page { fill: #1a1a19; }
    .grid { stroke: #363633; }
    .c0 { stroke: #6aa9f2; } .c1 { stroke: #f0935a; } .c2 { stroke: #4fc2ab; } .c3 { stroke: #b295ee; }
  }`;

/** A chart as SVG, which is light on a light page and dark on a dark one. */
export function drawLines({ title, subtitle, x, y, lines }: LineChart): string {
  const points = lines.flatMap((line) => line.points);
  const across = scaleOf(
    x,
    points.map(([value]) => value),
  );
  const up = scaleOf(
    y,
    points.map(([, value]) => value),
  );
  const left = (value: number): number => round(PLOT.left + across.place(value) * (PLOT.right - PLOT.left));
  const top = (value: number): number => round(PLOT.bottom - up.place(value) * (PLOT.bottom - PLOT.top));
  const content = [
    `<text class="title" x="16" y="26">${escaped(title)}</text>`,
    `<text x="16" y="44">${escaped(subtitle)}</text>`,
    `<text x="16" y="62">${escaped(y.label)}</text>`,
    ...drawAcross(across, left, x.label),
    ...drawUp(up, top),
    ...lines.flatMap((line, index) => drawLine(line, index, { left, top })),
    ...drawNames(lines, top),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    ...content,
    "</svg>\n",
  ].join("\n");
}

function drawAcross({ marks, write }: Scale, left: (value: number) => number, label: string): string[] {
  const under = PLOT.bottom + 18;
  const middle = (PLOT.left + PLOT.right) / 2;
  return [
    ...marks.map((mark) => `<text x="${left(mark)}" y="${under}" text-anchor="middle">${write(mark)}</text>`),
    `<text x="${middle}" y="${under + 22}" text-anchor="middle">${escaped(label)}</text>`,
  ];
}

function drawUp({ marks, write }: Scale, top: (value: number) => number): string[] {
  return marks.flatMap((mark) => [
    `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${top(mark)}" y2="${top(mark)}"/>`,
    `<text x="${PLOT.left - 8}" y="${top(mark) + 4}" text-anchor="end">${write(mark)}</text>`,
  ]);
}

type Places = { readonly left: (value: number) => number; readonly top: (value: number) => number };

function drawLine(line: Line, index: number, { left, top }: Places): string[] {
  const places = line.points.map(([x, y]) => [left(x), top(y)] as const);
  const dots = line.isWanted || places.length > MOST_DOTS ? [] : places;
  return [
    `<polyline class="line ${classOf(line, index)}" points="${places.map((place) => place.join(",")).join(" ")}"/>`,
    ...dots.map(
      ([x, y]) => `<circle class="page ${classOf(line, index)}" cx="${x}" cy="${y}" r="3.5" stroke-width="2"/>`,
    ),
  ];
}

/** Each line's name stands where the line ends, or as near to it as the others' names let it. */
function drawNames(lines: readonly Line[], top: (value: number) => number): string[] {
  let lowest = -Infinity;
  return lines
    .map((line, index) => ({ line, index, end: top(line.points.at(-1)?.[1] ?? 0) }))
    .toSorted((one, other) => one.end - other.end)
    .flatMap(({ line, index, end }) => {
      const y = Math.max(end, lowest + LINE_HEIGHT);
      lowest = y;
      const from = PLOT.right + 8;
      return [
        `<line class="line ${classOf(line, index)}" x1="${from}" x2="${from + 16}" y1="${round(y)}" y2="${round(y)}"/>`,
        `<text class="name" x="${from + 22}" y="${round(y) + 4}">${escaped(line.name)}</text>`,
      ];
    });
}

function classOf({ isWanted = false }: Line, index: number): string {
  return isWanted ? "wanted" : `c${index % 4}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
