import { describe, expect, it } from "@jest/globals";
import { readText } from "../csv/read-text.ts";
import { readPeople } from "../people/read-people.ts";
import { linesOfJson } from "./lines-of-json.ts";
import { linesOfPeople } from "./lines-of-people.ts";
import { takeLines, type TakeLinesOptions, WrongLinesError } from "./take-lines.ts";

const PLACEHOLDERS = ["name"];

/** Bytes as a network may bring them: cut within a letter, a line break or a quote. */
async function* cut(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function csv(text: string, size = 7) {
  const people = readPeople(readText(cut(text, size), "the list"), { name: "the list", placeholders: PLACEHOLDERS });
  return linesOfPeople(people, { placeholders: PLACEHOLDERS, region: "eu" });
}

function json(text: string, size = 7) {
  return linesOfJson(readText(cut(text, size), "the list"));
}

async function take(lines: ReturnType<typeof json>, options: TakeLinesOptions = { invalid: "skip" }) {
  const taken = takeLines(lines, options);
  const entries = [];
  for await (const page of taken.pages()) entries.push(...page);
  return { entries, wrong: taken.wrong(), lineOf: taken.lineOf };
}

const ANN = { to: "+46701234567", parameters: { name: "Ånn" } };

describe("the lines of a CSV", () => {
  it.each([1, 2, 7, 1_000])("are read by their columns, however they are cut (%d bytes)", async (size) => {
    const text = 'sep=;\r\n"phone";name;region\r\n+46701234567;Ånn;\r\n+46701234568;"B\nø";eu\r\n';
    const { entries, wrong } = await take(csv(text, size));
    expect(entries).toEqual([ANN, { to: "+46701234568", parameters: { name: "B\nø" } }]);
    expect(wrong.count).toBe(0);
  });

  it("are left out where they are wrong, and named", async () => {
    const long = "x".repeat(1_601);
    const text = `phone,name,region\n+46701234567,Ånn,\nnobody,Bo,\n\n4.67E+10,Cy,eu\n+46701234569,Di,us\n+46701234560,${long},\n+46701234561\n+46701234562,Eva,,x\n`;
    const { entries, wrong, lineOf } = await take(csv(text));
    expect(entries).toEqual([
      ANN,
      "nobody",
      "4.67E+10",
      "#other_region",
      "#invalid_parameters",
      "#missing_cells",
      "#too_many_cells",
    ]);
    expect(wrong).toEqual({
      count: 6,
      lines: [
        { line: 3, reason: "invalid_msisdn" },
        { line: 5, reason: "shortened_msisdn" },
        { line: 6, reason: "other_region" },
        { line: 7, reason: "invalid_parameters" },
        { line: 8, reason: "missing_cells" },
        { line: 9, reason: "too_many_cells" },
      ],
    });
    expect([0, 1, 2].map(lineOf)).toEqual([2, 3, 5]);
  });

  it("say how a column is named where several may hold the numbers", async () => {
    await expect(take(csv("phone,mobile,name\n1,2,3\n"))).rejects.toThrow(/name one with number_column/);
  });

  it("pass on what ends the bytes, as it is", async () => {
    const broken = new Error("the connection broke");
    const bytes = async function* (): AsyncGenerator<Uint8Array> {
      yield* cut("phone,name\n+46701234567,Ann\n+4670", 7);
      throw broken;
    };
    const people = readPeople(readText(bytes(), "the list"), { name: "the list" });
    await expect(take(linesOfPeople(people, { placeholders: [], region: "eu" }))).rejects.toBe(broken);
  });
});

describe("the lines of JSON", () => {
  it.each([1, 2, 7, 1_000])("are texts or objects, however they are cut (%d bytes)", async (size) => {
    const lines = ["\ufeff" + JSON.stringify("+46701234568"), "", JSON.stringify(ANN), '{"to":"+46701234569"}'];
    const { entries, wrong } = await take(json(lines.join("\r\n"), size));
    expect(entries).toEqual(["+46701234568", ANN, { to: "+46701234569", parameters: {} }]);
    expect(wrong.count).toBe(0);
  });

  it("are left out where they are wrong, and named", async () => {
    const wrongOnes = {
      "46701234567": "invalid_line",
      '{"to":"+46701234567"': "invalid_json",
      '{"to":"+46701234567","name":"Ann"}': "invalid_line",
      '{"to":46701234567}': "invalid_line",
      null: "invalid_line",
      '["+46701234567"]': "invalid_line",
      '{"to":"nobody"}': "invalid_msisdn",
      '"4,67E+10"': "shortened_msisdn",
      '{"to":"+46701234567","parameters":["Ann"]}': "invalid_parameters",
      '{"to":"+46701234567","parameters":{"name":7}}': "invalid_parameters",
      '{"to":"+46701234567","parameters":{"name":null}}': "missing_parameter",
    };
    const { entries, wrong } = await take(json([...Object.keys(wrongOnes), JSON.stringify(ANN)].join("\n")), {
      invalid: "skip",
      reasonAgainst: (entry) =>
        typeof entry === "object" && entry.parameters["name"] === undefined ? "missing_parameter" : null,
    });
    const reasons = Object.values(wrongOnes).map((reason, index) => ({ line: index + 1, reason }));
    expect(wrong).toEqual({ count: reasons.length, lines: reasons });
    const wrongNumbers: Record<string, string> = { 6: "nobody", 7: "4,67E+10" };
    expect(entries).toEqual([...reasons.map(({ reason }, index) => wrongNumbers[index] ?? `#${reason}`), ANN]);
  });

  it("are refused where one never ends", async () => {
    const text = `"+46701234567"\n"${"1".repeat(1_000_001)}`;
    await expect(take(json(text, 60_000))).rejects.toMatchObject({ code: "VOLLEY_INVALID_LIST", line: 2 });
  });
});

describe("a list with wrong lines that is to be refused", () => {
  it("is read to its end, gives nothing away after the first, and names the first thousand", async () => {
    const good = Array.from({ length: 1_500 }, () => '"+46701234567"');
    const bad = Array.from({ length: 1_200 }, () => '"x"');
    const taken = takeLines(json([...good, ...bad, ...good].join("\n"), 1_400), { invalid: "refuse" });
    let given = 0;
    const error: unknown = await (async () => {
      for await (const page of taken.pages()) given += page.length;
    })().catch((thrown: unknown) => thrown);
    if (!(error instanceof WrongLinesError)) throw new Error("it was taken");
    expect(given).toBeLessThanOrEqual(1_500);
    expect(error.wrong.count).toBe(1_200);
    expect(error.wrong.lines).toHaveLength(1_000);
    expect(error.wrong.lines[0]).toEqual({ line: 1_501, reason: "invalid_msisdn" });
    expect(error.message).toBe("1,200 lines are wrong, the first of them line 1501");
  });
});
