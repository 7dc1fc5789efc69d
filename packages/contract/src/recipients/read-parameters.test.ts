import { describe, expect, test } from "@jest/globals";
import { parametersFor, readParameters } from "./read-parameters.ts";

describe("readParameters", () => {
  test.each(["46701234567", "+46701234567", "0046701234567", "+46 (70) 123-45-67"])(
    "finds the value of a recipient who is written as %s",
    (written) => {
      const parameters = readParameters({ name: { [written]: "Ann" } });
      expect(parametersFor(parameters, ["46701234567"])).toEqual({ name: { "46701234567": "Ann" } });
    },
  );

  test("keeps the default and the values of groups", () => {
    const parameters = readParameters({ name: { default: "there", "01HEAWCHESCXG8SDG5R10VF8E1": "all" } });
    expect(parametersFor(parameters, ["01HEAWCHESCXG8SDG5R10VF8E1"])).toEqual({
      name: { "01HEAWCHESCXG8SDG5R10VF8E1": "all", default: "there" },
    });
  });

  test("leaves out entries that could reach nobody", () => {
    expect(readParameters({ name: { "+1": "x", Default: "y", "": "z" } }).get("name")?.size).toBe(0);
  });

  test("takes the last value where one recipient is written in two ways", () => {
    const parameters = readParameters({ name: { "+46701234567": "Ann", "0046701234567": "Bea" } });
    expect(parametersFor(parameters, ["46701234567"])).toEqual({ name: { "46701234567": "Bea" } });
  });
});

describe("parametersFor", () => {
  const parameters = readParameters({
    name: { "46701234567": "Ann", "46701234568": "Bea", default: "there" },
    code: { "46701234568": "42" },
  });

  test("lets nobody's data travel in a batch that is not for them", () => {
    expect(parametersFor(parameters, ["46701234567"])).toEqual({
      name: { "46701234567": "Ann", default: "there" },
      code: {},
    });
  });

  test("gives a group what may be its members': the values of everybody who is no recipient of the send", () => {
    const group = "01HEAWCHESCXG8SDG5R10VF8E1";
    expect(parametersFor(parameters, [group], [group, "46701234568"])).toEqual({
      name: { "46701234567": "Ann", default: "there" },
      code: {},
    });
    expect(parametersFor(parameters, [group])).toEqual({
      name: { "46701234567": "Ann", "46701234568": "Bea", default: "there" },
      code: { "46701234568": "42" },
    });
    expect(parametersFor(parameters, ["46701234568"], [group, "46701234568"])).toEqual({
      name: { "46701234568": "Bea", default: "there" },
      code: { "46701234568": "42" },
    });
  });

  test("gives a recipient without a value the default alone", () => {
    expect(parametersFor(parameters, ["46701234569"])).toEqual({ name: { default: "there" }, code: {} });
  });

  test("keeps a value that is empty", () => {
    const empty = readParameters({ name: { "46701234567": "" } });
    expect(parametersFor(empty, ["46701234567"])).toEqual({ name: { "46701234567": "" } });
  });

  test.each([undefined, {}])("gives nothing for a send with the parameters %p", (none) => {
    expect(parametersFor(readParameters(none), ["46701234567"])).toBeUndefined();
  });

  test("takes names that every object has for what they are", () => {
    const odd = readParameters(JSON.parse('{"constructor":{"default":"a"},"__proto__":{"default":"b"}}'));
    const wire = parametersFor(odd, ["46701234567"]);
    expect(Object.entries(wire ?? {})).toEqual([
      ["constructor", { default: "a" }],
      ["__proto__", { default: "b" }],
    ]);
    expect(Reflect.get({}, "default")).toBeUndefined();
  });
});
