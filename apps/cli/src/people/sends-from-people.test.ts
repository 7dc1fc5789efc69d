import { describe, expect, it } from "@jest/globals";
import { readSend, type WireParameters } from "@volley/contract";
import type { Person } from "@volley/lists";
import { sendsFromPeople, type SendsFromPeople, type Template } from "./sends-from-people.ts";

const TEMPLATE: Template = { from: "Volley", body: "Hello", delivery_report: "summary" };

/** People as the reader gives them: a `region` column counts as one. */
async function* peopleOf(...rows: Record<string, string>[]): AsyncGenerator<Person> {
  for (const [index, row] of rows.entries()) {
    const { number = "", region } = row;
    yield { number, region: region || null, columns: new Map(Object.entries(row)), line: index + 2, absent: 0 };
  }
}

async function sends(
  rows: Record<string, string>[],
  template: Partial<Template> = {},
  region: string | undefined = "us",
): Promise<SendsFromPeople> {
  return sendsFromPeople(peopleOf(...rows), { ...TEMPLATE, ...template }, region);
}

function parametersIn({ sends: made }: SendsFromPeople): WireParameters {
  const send = made.get("us");
  return send && "parameters" in send ? (send.parameters ?? {}) : {};
}

async function* numbered(count: number): AsyncGenerator<Person> {
  for (let index = 0; index < count; index += 1) {
    const number = String(46_990_000_000 + index);
    yield { number, region: "eu", columns: new Map([["number", number]]), line: index + 2, absent: 0 };
  }
}

async function* inBothRegions(count: number): AsyncGenerator<Person> {
  for await (const person of numbered(count)) {
    yield { ...person, columns: new Map([["name", "Ann"]]) };
    yield { ...person, region: "us", columns: new Map([["name", "Bo"]]) };
  }
}

describe("sendsFromPeople", () => {
  it("makes one send per region, in the order of the file, with everything of the template", async () => {
    const result = await sends([
      { number: "+46701234567", region: "eu" },
      { number: "+12015550123", region: "" },
      { number: "+46701234568", region: "eu" },
    ]);
    expect([...result.sends]).toEqual([
      ["eu", { ...TEMPLATE, to: ["+46701234567", "+46701234568"] }],
      ["us", { ...TEMPLATE, to: ["+12015550123"] }],
    ]);
    expect(result.badLines).toEqual([]);
  });

  it("gives every placeholder the value of its column, by the number as it goes over the wire", async () => {
    const rows = [
      { number: "+46 70-123 45 67", name: "Ann", town: "Umeå" },
      { number: "0046701234568", name: "Bo", town: "" },
    ];
    const result = await sends(rows, { body: "Hi ${name} in ${town}" });
    expect(parametersIn(result)).toEqual({
      name: { 46701234567: "Ann", 46701234568: "Bo" },
      town: { 46701234567: "Umeå", 46701234568: "" },
    });
  });

  it("leaves out columns that the text does not name", async () => {
    const result = await sends([{ number: "+46701234567", name: "Ann", secret: "x" }], { body: "Hi ${name}" });
    expect(Object.keys(parametersIn(result))).toEqual(["name"]);
  });

  it("names the lines without a number, keeps them in the send, and gives them no value", async () => {
    const rows = [
      { number: "0701234567", name: "Ann" },
      { number: "+46701234568", name: "Bo" },
      { number: "", name: "Chioma" },
    ];
    const result = await sends(rows, { body: "Hi ${name}" });
    expect(result.badLines).toEqual([2, 4]);
    expect(result.sends.get("us")).toMatchObject({
      to: ["0701234567", "+46701234568", ""],
      parameters: { name: { 46701234568: "Bo" } },
    });
  });

  it("counts the lines without a number by the region that they belong to", async () => {
    const rows = [{ number: "070" }, { number: "071", region: "eu" }, { number: "" }, { number: "+46701234568" }];
    expect([...(await sends(rows)).badIn]).toEqual([
      ["us", 2],
      ["eu", 1],
    ]);
  });

  it("leaves duplicates to the worker, and gives them the values of their first line", async () => {
    const rows = [
      { number: "+46701234567", name: "Ann" },
      { number: "0046 70 123 45 67", name: "Anna" },
    ];
    const result = await sends(rows, { body: "Hi ${name}" });
    expect(result.sends.get("us")).toMatchObject({
      to: ["+46701234567", "0046 70 123 45 67"],
      parameters: { name: { 46701234567: "Ann" } },
    });
  });

  it("takes columns with names that mean something elsewhere", async () => {
    const body = "${default} ${constructor} ${toString} ${hasOwnProperty}";
    const row = { number: "+46701234567", default: "a", constructor: "b", toString: "c", hasOwnProperty: "d" };
    const result = await sends([row], { body });
    expect(parametersIn(result)).toEqual({
      default: { 46701234567: "a" },
      constructor: { 46701234567: "b" },
      toString: { 46701234567: "c" },
      hasOwnProperty: { 46701234567: "d" },
    });
    expect(readSend(result.sends.get("us"), new Date()).ok).toBe(true);
  });

  it("keeps the first of a region with more people than travel in one job, and says that there are more", async () => {
    const { sends: made, large } = await sendsFromPeople(inBothRegions(10_001), TEMPLATE, undefined);
    expect([...made].map(([region, { to }]) => [region, to.length])).toEqual([
      ["eu", 10_000],
      ["us", 10_000],
    ]);
    expect([...large]).toEqual(["eu", "us"]);
  });

  it("keeps all of a region with no more than that", async () => {
    const { sends: made, large } = await sendsFromPeople(numbered(10_000), TEMPLATE, undefined);
    expect(made.get("eu")?.to).toHaveLength(10_000);
    expect(large.size).toBe(0);
  });
});

describe("people that no send can be made of", () => {
  it("are refused without a region", async () => {
    await expect(sendsFromPeople(peopleOf({ number: "+46701234567" }), TEMPLATE, undefined)).rejects.toThrow(
      "line 2: expected a region column or --region, got neither",
    );
  });

  it.each([
    ["EU", "2 characters"],
    ["46701234567", "a number"],
    ["somewhere over the rainbow", "26 characters"],
  ])("are refused with %j for a region", async (region, got) => {
    await expect(sends([{ number: "+46701234567", region }])).rejects.toThrow(
      `line 2: expected the name of a region such as eu, got ${got}`,
    );
  });

  it("are refused without a column for a placeholder, before anybody is left out", async () => {
    await expect(sends([{ number: "+46701234567", name: "Ann" }], { body: "Hi ${first}" })).rejects.toThrow(
      "expected a column named first for ${first}, got number, name",
    );
  });

  it("are refused with no more than the beginning of a heading of a million characters", async () => {
    const row = { number: "+46701234567", ["x".repeat(1_000_000)]: "Ann" };
    await expect(sends([row], { body: "Hi ${name}" })).rejects.toThrow(
      /^expected a column named .+ got number, x{50,300}…$/,
    );
  });

  it("are refused when there is nobody", async () => {
    await expect(sends([])).rejects.toThrow("expected at least one line below the heading, got none");
  });
});
