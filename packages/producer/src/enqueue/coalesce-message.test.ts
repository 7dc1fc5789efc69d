import { describe, expect, it } from "@jest/globals";
import { InvalidSendError } from "@volley/contract";
import { readOwnFields, requireMessage } from "./coalesce-message.ts";

const NOW = new Date("2026-12-01T09:00:00Z");
const MESSAGE = { from: "Volley", to: "+46 70 123 45 67", body: "Hi", parameters: { name: "Ann" } };

describe("a message's own fields", () => {
  it("are its recipient as it goes over the wire, and its values in the order of their sorted keys", () => {
    expect(readOwnFields("+46 70 123 45 67", { name: "Ann", "a.b": "x" })).toEqual({
      recipient: "46701234567",
      keys: ["a.b", "name"],
      values: ["x", "Ann"],
    });
  });

  it.each([undefined, {}])("have no values for parameters %p", (parameters) => {
    expect(readOwnFields("46701234567", parameters)).toEqual({ recipient: "46701234567", keys: [], values: [] });
  });
});

describe("a message that is wrong", () => {
  it.each([
    { title: "nobody", change: { to: undefined }, field: "to" },
    { title: "a list of recipients", change: { to: ["46701234567"] }, field: "to" },
    { title: "what is no recipient", change: { to: "+1" }, field: "to" },
    {
      title: "parameters as in a send",
      change: { parameters: { name: { default: "Ann" } } },
      field: "parameters.name",
    },
    { title: "a value that is a number", change: { parameters: { name: 5 } }, field: "parameters.name" },
    { title: "a value that is missing", change: { parameters: { name: undefined } }, field: "parameters.name" },
    {
      title: "a value that is too long",
      change: { parameters: { name: "x".repeat(1_601) } },
      field: "parameters.name",
    },
    { title: "parameters that are a list", change: { parameters: ["Ann"] }, field: "parameters" },
    { title: "parameters that are a text", change: { parameters: "Ann" }, field: "parameters" },
  ])("has $title: neither reading lets it pass", ({ change, field }) => {
    const { to, parameters } = { ...MESSAGE, ...change } as { to: unknown; parameters: unknown };
    expect(readOwnFields(to, parameters)).toBeNull();
    expect(fieldsWrongIn({ ...MESSAGE, ...change })).toEqual([field]);
  });

  it.each([
    {
      title: "a key with a brace",
      change: { parameters: { "first{name": "Ann" } },
      field: "parameters.(10 characters)",
    },
    { title: "no body", change: { body: undefined }, field: "body" },
    { title: "recipients staged elsewhere", change: { staged: { id: "x", recipients: 1 } }, field: "staged" },
    { title: "an unknown field", change: { sendAt: "now" }, field: "sendAt" },
    {
      title: "values and a binary body",
      change: { type: "mt_binary", body: "AAAA", options: { udh: "00" } },
      field: "parameters",
    },
  ])("has $title", ({ change, field }) => {
    expect(fieldsWrongIn({ ...MESSAGE, ...change })).toEqual([field]);
  });

  it("has an expiry that has passed, which a message may have that comes a second time", () => {
    const late = { ...MESSAGE, expire_at: "2026-12-01T08:59:59Z" };
    expect(requireMessage(late, NOW)?.problems).toMatchObject([{ field: "expire_at" }]);
    expect(fieldsWrongIn({ ...late, body: "" })).toContain("body");
  });

  it("has no value for a placeholder of its body", () => {
    expect(fieldsWrongIn({ ...MESSAGE, body: "Hi ${town}" })).toContain("parameters.town");
  });

  it("is told of all its mistakes at once", () => {
    const fields = fieldsWrongIn({ ...MESSAGE, from: "", to: "+1", parameters: { name: 5 } });
    expect(fields).toEqual(expect.arrayContaining(["from", "to", "parameters.name"]));
  });

  it.each([null, "Hi", [MESSAGE]])("is no object: %p", (message) => {
    expect(fieldsWrongIn(message)).toEqual(["send"]);
  });
});

function fieldsWrongIn(message: unknown): string[] {
  try {
    requireMessage(message, NOW);
  } catch (error) {
    if (error instanceof InvalidSendError) return [...new Set(error.problems.map(({ field }) => field))];
    throw error;
  }
  return [];
}
