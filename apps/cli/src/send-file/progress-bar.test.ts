import { PassThrough } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import type { Output } from "../terminal/output.ts";
import { createProgressBar } from "./progress-bar.ts";

function outputOf(isTTY: boolean): { output: Output; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  return { output: stream, text: () => String(stream.read() ?? "") };
}

describe("a progress bar in a file or a log", () => {
  it("prints a line at every quarter and no other", () => {
    const { output, text } = outputOf(false);
    const bar = createProgressBar(10_000, "recipients", output);
    for (const done of [0, 1, 2_499, 2_500, 2_501, 6_000, 7_499, 9_999, 10_000]) bar.update(done);
    bar.finish("done");
    expect(text().split("\n")).toEqual([
      "0 of 10,000 recipients",
      "2,500 of 10,000 recipients",
      "6,000 of 10,000 recipients",
      "9,999 of 10,000 recipients",
      "10,000 of 10,000 recipients",
      "done",
      "",
    ]);
  });

  it("has no control characters", () => {
    const { output, text } = outputOf(false);
    const bar = createProgressBar(3, "recipients", output);
    bar.update(3);
    bar.finish("done");
    expect(text()).toBe("3 of 3 recipients\ndone\n");
  });
});

describe("a progress bar on a terminal", () => {
  it("is drawn from nothing to everything", () => {
    const { output, text } = outputOf(true);
    const bar = createProgressBar(10_000, "recipients", output);
    expect(text()).toContain(`${"░".repeat(24)} 0 of 10,000 recipients`);
    bar.update(10_000);
    bar.finish("done");
    const shown = text();
    expect(shown).toContain(`${"█".repeat(24)} 10,000 of 10,000 recipients`);
    expect(shown.endsWith("\ndone\n")).toBe(true);
  });

  it("shows the share that is done when it ends early, and gives the cursor back", () => {
    const { output, text } = outputOf(true);
    const bar = createProgressBar(4, "recipients", output);
    bar.update(1);
    bar.finish("interrupted");
    const shown = text();
    expect(shown).toContain(`${"█".repeat(6)}${"░".repeat(18)} 1 of 4 recipients`);
    expect(shown.lastIndexOf("\u{1b}[?25h")).toBeGreaterThan(shown.lastIndexOf("\u{1b}[?25l"));
  });

  it("leaves the keyboard and the signals to the program", () => {
    const before = [process.stdin.eventNames(), process.listenerCount("SIGINT"), process.listenerCount("SIGTERM")];
    const { output } = outputOf(true);
    const bar = createProgressBar(4, "recipients", output);
    expect([process.stdin.eventNames(), process.listenerCount("SIGINT"), process.listenerCount("SIGTERM")]).toEqual(
      before,
    );
    bar.finish("done");
  });
});
