import { describe, expect, it } from "@jest/globals";
import { readPiece, readSend, textFor, withPieceParameters } from "@volley/contract";
import fc from "fast-check";
import { splitParameters } from "../recipients/own-values.ts";
import { createPersonalText } from "./personal-text.ts";
import { createPieceBuilder } from "../recipients/piece-builder.ts";

const ANN = "46701234567";
const NOW = new Date("2026-12-01T12:00:00Z");

const VALUE = fc.option(fc.string({ maxLength: 5 }), { nil: undefined });
const BODY = fc
  .array(fc.constantFrom("Hi ", "${name}", "${code}", "$", "{", "}", "’"), { minLength: 1, maxLength: 6 })
  .map((words) => words.join(""));

function parametersOf(wire: Record<string, Record<string, string>>) {
  const read = readSend({ from: "Volley", to: [ANN], body: "-", parameters: wire }, NOW);
  if (!read.ok) throw new Error("the parameters cannot be read");
  return read.send.parameters;
}

function withoutUndefined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

describe("the text of one recipient", () => {
  it("is the one that a worker makes of its piece", () => {
    const values = fc.record({ listed: VALUE, fallback: VALUE, own: VALUE });
    fc.assert(
      fc.property(BODY, values, values, (body, name, code) => {
        const wire = Object.fromEntries(
          Object.entries({ name, code }).map(([key, { listed, fallback }]) => [
            key,
            withoutUndefined({ [ANN]: listed, default: fallback }),
          ]),
        );
        const own = withoutUndefined({ name: name.own, code: code.own });
        const parameters = parametersOf(wire);
        const pieces: string[] = [];
        const builder = createPieceBuilder(splitParameters(parameters).listed, (piece) => pieces.push(piece));
        builder.add(ANN, own);
        builder.end();
        const staged = readPiece(pieces[0] ?? "")?.parameters ?? new Map();
        const ofWorker = textFor(body, withPieceParameters(parameters, staged), ANN);
        expect(createPersonalText(body, parameters).textOf(ANN, own)).toBe(ofWorker);
      }),
    );
  });

  it("has no value for a placeholder with the name of something that every object has", () => {
    const text = createPersonalText("Hi ${constructor}", parametersOf({ constructor: { default: "you" } }));
    expect(text.textOf(ANN, { name: "Ann" })).toBe("Hi you");
  });
});
