import { describe, expect, it } from "@jest/globals";

import { maskProgress, maskResult } from "./mask-result.ts";

const RESULT = {
  state: "partial",
  region: "eu",
  recipients: { requested: 1_200_001, accepted: 1_200_000, rejected: 1 },
  batches: [
    {
      id: "01HE12345678901234567890AB",
      part: 0,
      recipients: 1_000,
      accepted_at: "2026-12-01T09:00:00Z",
      adopted: false,
    },
  ],
  rejected: [
    { recipient: "+1", reason: "invalid_msisdn", by: "volley" },
    { recipient: "46701234567", reason: "invalid_msisdn", by: "volley" },
    { recipient: "46701234568", reason: "not 46701234568", by: "provider" },
  ],
  errors: [{ part: 7, code: "syntax_invalid_parameter_format", text: "to[0]: 46701234567", recipients: 1_000 }],
};

describe("maskResult", () => {
  it("keeps state, counts, batch IDs and reasons, and names nobody", () => {
    expect(maskResult(RESULT)).toEqual({
      ...RESULT,
      rejected: {
        "invalid_msisdn (volley)": "2 recipients",
        "not [number] (provider)": "1 recipient",
      },
      errors: [{ part: 7, code: "syntax_invalid_parameter_format", text: "to[0]: [number]", recipients: 1_000 }],
    });
  });

  it("masks progress of every kind", () => {
    expect(maskProgress(42)).toBe(42);
    expect(maskProgress("sent to 46701234567")).toBe("text of 19 characters");
    expect(maskProgress(null)).toBeNull();
    expect(maskProgress({ done: 3, last: "46701234567" })).toEqual({ done: 3, last: "text of 11 characters" });
    expect(maskProgress(["46701234567"])).toBe("list of 1 entry");
    const last = { outcome: "held", code: "pace", at: "2026-12-01T09:00:00Z" };
    const note = { pickup: 2, tries: 1, looks: 0, unknown_since: "2026-12-01T09:00:00Z", taken: 44, last };
    expect(maskProgress(note)).toEqual(note);
  });

  it.each(Object.keys(RESULT))("shows nothing of a wrong %s", (name) => {
    for (const wrong of [46_701_234_567, ["46701234567"], [{ recipient: "46701234567" }], { a: "46701234567" }]) {
      expect(JSON.stringify(maskResult({ [name]: wrong }))).not.toContain("46701234567");
    }
  });
});
