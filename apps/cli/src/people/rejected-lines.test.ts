import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readPeople } from "./read-people.ts";
import { rejectedLines } from "./rejected-lines.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-rejected-"));
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

/** The rejected lines of a file: those whose number begins with a zero. */
async function rejectedIn(content: string, reason = "no"): Promise<string> {
  const file = join(folder, "people.csv");
  await writeFile(file, content);
  const lines = rejectedLines(file, readPeople(file), ({ number }) => (/^[0#]/.test(number) ? reason : null));
  return (await Readable.from(lines).toArray()).join("");
}

describe("the rejected lines of a file", () => {
  it.each([
    ["number,name\n+461234567,Ann\n070,Bo\n", "number,name,reason\n070,Bo,no\n"],
    ["\n \nnumber;name\r\n070;Bo\r\n+461234567;Ann\r\n\r\n;\r\n0;Cy", "number;name;reason\n070;Bo;no\n0;Cy;no\n"],
    [
      'number,name\n0,"A ""big""\nname, with a\n\nbreak"\n+461234567,B\n',
      'number,name,reason\n0,"A ""big""\nname, with a\n\nbreak",no\n',
    ],
    ["number\tname\n 070 \t  Bo\n", "number\tname\treason\n 070 \t  Bo\tno\n"],
    ["sep=;\nnumber;name\n0;Bo\n", "sep=;\nnumber;name;reason\n0;Bo;no\n"],
    ["number,reason\n0,was wrong\n", "number,reason,reason 2\n0,was wrong,no\n"],
    ["number,name\n+461234567,Ann\n", "number,name,reason\n"],
    ["number,name,town\n0\n0,Bo\n0,Bo,x,y\n", "number,name,town,reason\n0,,,no\n0,Bo,,no\n0,Bo,x,y,no\n"],
  ])("are as they stand there, with the reason: %j", async (content, expected) => {
    expect(await rejectedIn(content)).toBe(expected);
  });

  it("have a reason that is one cell, whatever it says", async () => {
    expect(await rejectedIn("number;name\n0;Bo\n", 'not "yours"; ask')).toBe(
      'number;name;reason\n0;Bo;"not ""yours""; ask"\n',
    );
  });
});
