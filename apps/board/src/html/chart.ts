import { html, type Html, type Shown } from "./html.ts";
import { counted } from "./words.ts";

const [WIDTH, HEIGHT] = [240, 60];

/** A curve over time; `null` is a time of which nothing is known. */
export type Curve = {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly unit: string;
  /** Drawn as a line across. @default none */
  readonly limit?: number | null;
};

/** What a chart is of, in words: now, and at most. */
function words({ values, unit, limit }: Curve): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return "nothing known of the last hour";
  const against = limit === undefined || limit === null ? "" : `, limit ${counted(limit)} ${unit}`;
  return `now ${counted(known.at(-1) ?? 0)} ${unit}, at most ${counted(Math.max(...known))} ${unit}${against}`;
}

/** A chart with its caption. @param said - in words what it shows */
function figure(name: string, said: string, drawn: Shown): Html {
  return html`<figure>
    <svg
      class="chart"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${name}: ${said}"
    >
      ${drawn}
    </svg>
    <figcaption><strong>${name}</strong>: ${said}</figcaption>
  </figure>`;
}

/** Draws a curve of the last hour as SVG; the caption says in words what it shows. */
export function curveChart(curve: Curve): Html {
  const { name, values, limit = null } = curve;
  const most = Math.max(1, limit ?? 0, ...values.map((value) => value ?? 0));
  const y = (value: number): string => (HEIGHT - 2 - (value / most) * (HEIGHT - 6)).toFixed(1);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map((value, at) => `${(at * step).toFixed(1)},${y(value ?? 0)}`).join(" ");
  const across = limit !== null && html`<line class="limit" x1="0" x2="${WIDTH}" y1="${y(limit)}" y2="${y(limit)}" />`;
  const drawn = html`<polygon class="area" points="0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}" />
    <polyline class="line" points="${points}" />
    ${across}`;
  return figure(name, words(curve), drawn);
}

/** What stands on each other in a bar, from below. */
export type Layer = {
  readonly kind: "good" | "warn" | "bad";
  readonly name: string;
  readonly values: readonly number[];
};

/** Draws bars of the last hour, one for each minute, with what came to what on each other. */
export function barChart(name: string, layers: readonly Layer[]): Html {
  const count = layers[0]?.values.length ?? 0;
  const sums = Array.from({ length: count }, (_, at) => layers.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));
  const most = Math.max(1, ...sums);
  const width = WIDTH / Math.max(1, count);
  const bars = sums.flatMap((_, at) => {
    let top = HEIGHT;
    return layers.flatMap(({ kind, values }) => {
      const height = ((values[at] ?? 0) / most) * (HEIGHT - 4);
      top -= height;
      if (height === 0) return [];
      return [
        html`<rect
          class="${kind}"
          x="${(at * width).toFixed(1)}"
          y="${top.toFixed(1)}"
          width="${Math.max(0.5, width - 0.8).toFixed(1)}"
          height="${height.toFixed(1)}"
        />`,
      ];
    });
  });
  const totals = layers.map(
    ({ name: what, values }) => `${counted(values.reduce((sum, value) => sum + value, 0))} ${what}`,
  );
  return figure(name, totals.join(", "), bars);
}
