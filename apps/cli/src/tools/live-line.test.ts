import { PassThrough } from "node:stream";
import { expect, it } from "@jest/globals";
import type { SendStatus } from "@volley/producer";
import type { Output } from "../terminal/output.ts";
import { createLiveLine, type LiveLine } from "./live-line.ts";

const SENDING: SendStatus = {
  id: "eu-5xk2m9q0c3v7b1n8d4fa",
  region: "eu",
  state: "sending",
  parts: { total: 2_000, done: 0 },
  until: null,
  result: null,
  delivery: null,
  failure: null,
  eta: null,
  last: null,
};

const PAUSED = {
  region: "eu",
  state: "paused",
  reason: null,
  since: null,
  nextProbe: null,
} as unknown as NonNullable<SendStatus["holds"]>[number];

/** Shows how a send goes on, a look each. @returns what each look has written */
function lookedAt(
  terminal: Pick<Output, "isTTY" | "isDumb" | "columns">,
  looks: readonly (readonly [done: number, seconds: number, more?: object])[],
) {
  const output = Object.assign(new PassThrough(), terminal);
  const line: LiveLine = createLiveLine(output, false);
  return looks.map(([done, seconds, more]) => {
    line.show({ ...SENDING, parts: { total: 2_000, done }, ...more }, new Date(seconds * 1_000));
    return String(output.read() ?? "").replace("\r\u001B[K", "");
  });
}

it("draws a bar, the rate and the time that is left, and neither of what stands still or is held back", () => {
  const holds = { holds: [PAUSED] };
  expect(
    lookedAt({ isTTY: true, columns: 80 }, [
      [0, 0],
      [500, 10],
      [500, 21],
      [1_000, 22],
      [1_000, 23, holds],
      [1_500, 24, holds],
    ]),
  ).toEqual([
    "░░░░░░░░░░░░░░░░ sending, 0 of 2,000 parts, 0 %",
    "████░░░░░░░░░░░░ sending, 500 of 2,000 parts, 25 %, 50 parts/s, 30 s left",
    "████░░░░░░░░░░░░ sending, 500 of 2,000 parts, 25 %",
    "████████░░░░░░░░ sending, 1,000 of 2,000 parts, 50 %, 45 parts/s, 22 s left",
    "████████░░░░░░░░ sending, 1,000 of 2,000 parts, 50 %",
    "████████████░░░░ sending, 1,500 of 2,000 parts, 75 %",
  ]);
});

it("goes over no edge", () => {
  const lines = lookedAt({ isTTY: true, columns: 40 }, [
    [0, 0],
    [500, 10],
  ]);
  expect(lines).toEqual(["░░░░░░░░░░░░░░░░ sending, 0 of 2,000 p…", "████░░░░░░░░░░░░ sending, 500 of 2,000…"]);
});

it("writes a line at each quarter where nothing can be drawn anew: in a pipe, and in a dumb terminal", () => {
  const looks = [
    [0, 0],
    [1, 1],
    [500, 10],
  ] as const;
  const lines = [
    "eu-5xk2m9q0c3v7b1n8d4fa: sending, 0 of 2,000 parts, 0 %\n",
    "",
    "eu-5xk2m9q0c3v7b1n8d4fa: sending, 500 of 2,000 parts, 25 %, 50 parts/s, 30 s left\n",
  ];
  expect(lookedAt({ isTTY: false }, looks)).toEqual(lines);
  expect(lookedAt({ isTTY: true, isDumb: true, columns: 80 }, looks)).toEqual(lines);
});
