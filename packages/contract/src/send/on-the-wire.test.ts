import { describe, expect, it } from "@jest/globals";
import { onTheWire } from "./on-the-wire.ts";
import { placeholdersIn } from "../text/placeholders.ts";
import { readParameters } from "../recipients/read-parameters.ts";

const ANN = "46701234567";

function wire(body: string, keys: readonly string[] = placeholdersIn(body)) {
  const parameters = readParameters(Object.fromEntries(keys.map((key) => [key, { [ANN]: `value of ${key}` }])));
  const written = onTheWire(body, parameters);
  return {
    body: written.body,
    values: Object.fromEntries([...written.parameters].map(([key, of]) => [key, of.get(ANN)])),
  };
}

describe("a text on the wire", () => {
  it("keeps the names that the provider takes", () => {
    const body = "${default} ${a.b-c_9} ${0123456789abcdef} ${name}";
    expect(wire(body).body).toBe(body);
    expect(wire(body).values).toMatchObject({ default: "value of default", name: "value of name" });
  });

  it("has other names where they are in another language or too long, in the order of their first mention", () => {
    expect(wire("Hej ${förnamn}, ${Vorname des Kunden}, ${名前}, ${0123456789abcdefg}, ${förnamn}!")).toEqual({
      body: "Hej ${v1}, ${v2}, ${v3}, ${v4}, ${v1}!",
      values: {
        v1: "value of förnamn",
        v2: "value of Vorname des Kunden",
        v3: "value of 名前",
        v4: "value of 0123456789abcdefg",
      },
    });
  });

  it("never makes one name of two", () => {
    expect(wire("${v1} ${förnamn} ${v2} ${släktnamn}", ["v1", "förnamn", "v2", "släktnamn", "v3", "v4"])).toEqual({
      body: "${v1} ${v3} ${v2} ${v4}",
      values: { v1: "value of v1", v3: "value of förnamn", v2: "value of v2", v4: "value of släktnamn" },
    });
  });

  it("has the same names whatever values come along: every part of a send is alike", () => {
    expect(wire("${förnamn} ${ort}", ["ort"])).toEqual({ body: "${v1} ${ort}", values: { ort: "value of ort" } });
  });

  it("leaves out what stands in no text and has a name that the provider does not take", () => {
    expect(wire("Hi!", ["name", "förnamn"])).toEqual({ body: "Hi!", values: { name: "value of name" } });
  });

  it("writes a placeholder without the blanks around its name", () => {
    expect(wire("Hi ${ name }!").body).toBe("Hi ${name}!");
  });

  it("has the text of a media message, too", () => {
    const media = { url: "https://example.com/a.png", message: "Hej ${förnamn}", subject: "S" };
    expect(onTheWire(media, new Map()).body).toEqual({ ...media, message: "Hej ${v1}" });
  });
});

describe("a placeholder", () => {
  it.each([
    ["no placeholder, $name, {name}, ${}, ${ }, ${a\nb}, ${{}}", []],
    ["${förnamn} ${Vorname des Kunden} ${ name } ${Preis $}", ["förnamn", "Vorname des Kunden", "name", "Preis $"]],
    ["${a ${b}}", ["b"]],
    ["${name} ${Name} ${name}", ["name", "Name"]],
  ])("%j: %j", (text, names) => {
    expect(placeholdersIn(text)).toEqual(names);
  });

  it("is found in time in a text of a million characters that never closes one", () => {
    expect(placeholdersIn(`\${${" a".repeat(500_000)}`)).toEqual([]);
    expect(placeholdersIn(`\${${" ".repeat(1_000_000)}`)).toEqual([]);
  });
});
