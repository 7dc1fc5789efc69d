import { describe, expect, it } from "@jest/globals";
import { ProducerError } from "./producer-error.ts";
import { requireKey, requireRegion } from "./require-argument.ts";

describe("requireRegion", () => {
  it.each(["eu", "us", "gulf-2", "a".repeat(20)])("takes %j", (region) => {
    expect(() => requireRegion(region)).not.toThrow();
  });

  it.each(["", "EU", "-eu", "eu-", "a".repeat(21), "eu:1", "+46701234567", 46701234567])(
    "refuses %j and repeats nothing of it",
    (region) => {
      const error = thrownBy(() => Reflect.apply(requireRegion, undefined, [region]));
      expect(error.code).toBe("VOLLEY_INVALID_REGION");
      expect(error.message).not.toContain(String(region || "nothing else"));
    },
  );
});

describe("requireKey", () => {
  it.each([1, 511, 512])("takes a key of %d characters", (length) => {
    expect(() => requireKey("k".repeat(length))).not.toThrow();
  });

  it.each([0, 513])("refuses a key of %d characters", (length) => {
    const error = thrownBy(() => requireKey("k".repeat(length)));
    expect(error.code).toBe("VOLLEY_INVALID_IDEMPOTENCY_KEY");
    expect(error.message).toContain(`got ${length} characters`);
  });

  it("refuses a key that is no text", () => {
    expect(thrownBy(() => Reflect.apply(requireKey, undefined, [undefined])).message).toContain("got nothing");
  });
});

function thrownBy(call: () => void): ProducerError {
  try {
    call();
  } catch (error) {
    if (error instanceof ProducerError) return error;
  }
  throw new Error("expected a ProducerError");
}
