import { describe, expect, it } from "@jest/globals";
import type { InvalidSendError, Send } from "@volley/contract";
import { checkSends } from "./check-sends.ts";

const NOW = new Date("2026-12-01T12:00:00Z");

async function problemsOf(sends: Record<string, Send>, large: readonly string[] = []): Promise<string[]> {
  const read = { sends: new Map(Object.entries(sends)), large: new Set(large) };
  try {
    await checkSends(read, NOW, async (region, problems) =>
      problems.map(({ field, message }) => ({ field: `${region}, named: ${field}`, message })),
    );
    return [];
  } catch (error) {
    return (error as InvalidSendError).problems.map(({ field, message }) => `${field}: ${message}`);
  }
}

describe("checkSends", () => {
  it("lets good sends pass, also with a bad number among good ones", async () => {
    expect(await problemsOf({ us: { from: "Volley", to: ["+12015550123", "x"], body: "Hello" } })).toEqual([]);
  });

  it("says once what is wrong everywhere, and lets recipients be named region by region", async () => {
    const problems = await problemsOf({
      us: { from: "much too long", to: ["+12015550123"], body: "" },
      eu: { from: "much too long", to: ["x"], body: "" },
    });
    expect(problems).toEqual([
      expect.stringMatching(/^from: expected /),
      expect.stringMatching(/^body: expected /),
      expect.stringMatching(/^eu, named: to\[0\]: expected an international number/),
    ]);
  });

  it("lets values be named that are too long", async () => {
    const parameters = { name: { "46701234567": "x".repeat(1_601) } };
    const send: Send = { from: "Volley", to: ["+46701234567"], body: "Hi ${name}!", parameters };
    expect(await problemsOf({ us: send })).toEqual([
      expect.stringMatching(/^us, named: parameters\.name.*: expected /),
    ]);
  });

  it("looks at the message alone where the list holds only the first of many people", async () => {
    const send: Send = { from: "Volley", to: ["x"], body: "Hi ${name}!", parameters: { name: { "46701234567": "" } } };
    expect(await problemsOf({ us: send }, ["us"])).toEqual([]);
    expect(await problemsOf({ us: { ...send, from: "much too long" } }, ["us"])).toEqual([
      expect.stringMatching(/^from: expected /),
    ]);
  });
});
