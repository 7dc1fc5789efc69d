import { describe, expect, it } from "@jest/globals";

import { createHiddenIds } from "./hidden-ids.ts";

const hidden = createHiddenIds(() => "pass");

describe("createHiddenIds", () => {
  it.each([
    "17",
    "us-5xk2m9q0c3v7b1n8d4fa",
    "us-5xk2m9q0c3v7b1n8d4fa.p12",
    "us-5xk2m9q0c3v7b1n8d4fa.cancel",
    "3f2504e0-4f89-41d3-9a0c-030582343301",
    "nightly-report",
  ])("shows %s as it is", (id) => {
    expect(hidden.show(id)).toBe(id);
    expect(hidden.read(id)).toBe(id);
  });

  it.each(["+46701234567", "reminder-46701234567", "46 70-123 45 67", "ann@example.com", "Dear Ann", "ö", "a:b", ""])(
    "shows a word for %j that leads back to it",
    (id) => {
      const shown = hidden.show(id);
      expect(shown).toMatch(/^hidden-[\w-]+$/);
      expect(shown).not.toMatch(/4670|ann/i);
      expect(hidden.read(shown)).toBe(id);
      expect(hidden.show(id)).toBe(shown);
    },
  );

  it("reads the words of another board with the same password, and of no other", () => {
    const shown = hidden.show("+46701234567");
    expect(createHiddenIds(() => "pass").read(shown)).toBe("+46701234567");
    expect(createHiddenIds(() => "word").read(shown)).toBe(shown);
    expect(createHiddenIds(() => "").read(shown)).toBe(shown);
  });

  it("leaves a word alone that it has not made, or that was changed", () => {
    const shown = hidden.show("+46701234567");
    const changed = `${shown.slice(0, -1)}${shown.endsWith("A") ? "B" : "A"}`;
    for (const other of ["hidden-", "hidden-me", "hidden-0123456789abcdef0123", changed, shown.slice(7)]) {
      expect(hidden.read(other)).toBe(other);
    }
  });

  it("hides an ID that looks like one of its words, so that both are found", () => {
    const word = hidden.show("+46701234567");
    expect(hidden.read(hidden.show(word))).toBe(word);
  });
});
