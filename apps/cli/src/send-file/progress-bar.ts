import cliProgress from "cli-progress";
import { isLive, type Output } from "../terminal/output.ts";
import { createPace } from "../terminal/pace.ts";
import { paceInWords } from "../words/how-long.ts";
import { inEnglish } from "../words/in-english.ts";

/** Shows how far something is. */
export type ProgressBar = {
  /** @param done - of the whole, never less than before */
  readonly update: (done: number) => void;
  /** Says something beside it. */
  readonly say: (sentence: string) => void;
  /** Gives the terminal back. */
  readonly finish: (sentence: string) => void;
};

/** How often a plain line is printed where there is no terminal, in shares of the whole. */
const PLAIN_STEP = 0.25;

/**
 * A bar on a terminal; a few plain lines where the output goes into a file or a log.
 *
 * It only writes: a library that reads the keyboard to hide what is typed takes Ctrl+C with it (@clack/prompts 1.9 ends
 * the process by itself then, and leaves its children behind).
 *
 * @param total - the whole
 * @param unit - what is counted, in the plural
 */
export function createProgressBar(total: number, unit: string, output: Output): ProgressBar {
  return isLive(output) ? terminalBar(total, unit, output) : plainBar(total, unit, output);
}

function terminalBar(total: number, unit: string, output: Output): ProgressBar {
  const bar = new cliProgress.SingleBar(
    {
      stream: output,
      format: `{bar} {value} of {total} ${unit}{pace}`,
      formatValue: (value, _options, type) => (type === "percentage" ? String(value) : inEnglish(value)),
      barsize: 24,
      hideCursor: true,
      // Signals are the program's own matter: it finishes the bar in any case.
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  const measure = createPace();
  const start = (): void => bar.start(total, value, { pace: "" });
  let value = 0;
  start();
  return {
    update: (done) => {
      value = done;
      const pace = paceInWords(measure(done, total, performance.now()), "");
      bar.update(done, { pace: pace && `, ${pace}` });
    },
    say: (sentence) => {
      // It is drawn anew below.
      bar.stop();
      output.write(`${sentence}\n`);
      start();
    },
    finish: (sentence) => {
      bar.stop();
      output.write(`${sentence}\n`);
    },
  };
}

function plainBar(total: number, unit: string, output: Output): ProgressBar {
  let nextShare = 0;
  return {
    update: (done) => {
      if (done / total < nextShare) return;
      output.write(`${inEnglish(done)} of ${inEnglish(total)} ${unit}\n`);
      nextShare = Math.floor(done / total / PLAIN_STEP) * PLAIN_STEP + PLAIN_STEP;
    },
    say: (sentence) => void output.write(`${sentence}\n`),
    finish: (sentence) => void output.write(`${sentence}\n`),
  };
}
