import type { RollingReport } from "./run-rolling-restart.ts";

/** Lines of text that the curve is high. */
const HEIGHT = 8;

/**
 * The curve as text: a column for each second, as high as what was accepted in it, beneath it a mark for each second in which a
 * worker was replaced.
 */
export function drawCurve({ perSecond, replacements }: Pick<RollingReport, "perSecond" | "replacements">): string[] {
  const highest = Math.max(1, ...perSecond);
  const lines = Array.from({ length: HEIGHT }, (_, line) => {
    const least = ((HEIGHT - line - 0.5) / HEIGHT) * highest;
    const label = line === 0 ? `${highest}/s` : "";
    return `${label.padStart(8)} │${perSecond.map((count) => (count >= least ? "█" : " ")).join("")}`.trimEnd();
  });
  const marks = perSecond.map((_, second) => (replacements.some((one) => spans(one, second)) ? "▲" : " ")).join("");
  return [
    ...lines,
    `${"0".padStart(8)} └${"─".repeat(perSecond.length)} ${perSecond.length} s`,
    `${" ".repeat(10)}${marks}`.trimEnd(),
  ];
}

function spans({ startedAt, endedAt }: RollingReport["replacements"][number], second: number): boolean {
  return startedAt < (second + 1) * 1_000 && endedAt >= second * 1_000;
}
