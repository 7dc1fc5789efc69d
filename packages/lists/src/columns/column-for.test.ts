import { expect, it } from "@jest/globals";
import { columnFor } from "./column-for.ts";

it.each([
  ["name", ["Name", "name"], { kind: "found", name: "name", isOtherCase: false }],
  ["Name", ["number", "name"], { kind: "found", name: "name", isOtherCase: true }],
  ["FÖRNAMN", ["förnamn"], { kind: "found", name: "förnamn", isOtherCase: true }],
  ["fo\u0308rnamn", ["f\u00f6rnamn"], { kind: "found", name: "f\u00f6rnamn", isOtherCase: false }],
  ["Vorname  des Kunden", ["Vorname des Kunden"], { kind: "found", name: "Vorname des Kunden", isOtherCase: false }],
  ["Name", ["name", "NAME"], { kind: "several", names: ["name", "NAME"] }],
  ["first", ["name"], { kind: "none" }],
])("%s among %j", (placeholder, names, found) => {
  expect(columnFor(placeholder, names)).toEqual(found);
});
