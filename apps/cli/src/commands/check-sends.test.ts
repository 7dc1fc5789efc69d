import { describe, expect, it } from "@jest/globals";
import type { InvalidSendError, Send } from "@volley/contract";
import { checkSends } from "./check-sends.ts";

const NOW = new Date("2026-12-01T12:00:00Z");

function problemsOf(sends: Record<string, Send>, large: readonly string[] = []): string[] {
  try {
    checkSends({ sends: new Map(Object.entries(sends)), large: new Set(large) }, NOW);
    return [];
  } catch (error) {
    return (error as InvalidSendError).problems.map(({ field, message }) => `${field}: ${message}`);
  }
}

describe("checkSends", () => {
  it("lets good sends pass, also with a bad number among good ones", () => {
    expect(problemsOf({ us: { from: "Volley", to: ["+12015550123", "x"], body: "Hello" } })).toEqual([]);
  });

  it("says once what is wrong everywhere, and in which region a list of recipients is", () => {
    const problems = problemsOf({
      us: { from: "much too long", to: ["+12015550123"], body: "" },
      eu: { from: "much too long", to: ["x"], body: "" },
    });
    expect(problems).toEqual([
      expect.stringMatching(/^from: expected /),
      expect.stringMatching(/^body: expected /),
      expect.stringMatching(/^eu: to\[0\]: expected an international number/),
    ]);
  });

  it("looks at the message alone where the list holds only the first of many people", () => {
    const send: Send = { from: "Volley", to: ["x"], body: "Hi ${name}!", parameters: { name: { "46701234567": "" } } };
    expect(problemsOf({ us: send }, ["us"])).toEqual([]);
    expect(problemsOf({ us: { ...send, from: "much too long" } }, ["us"])).toEqual([
      expect.stringMatching(/^from: expected /),
    ]);
  });
});
