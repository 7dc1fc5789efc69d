import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Person } from "@volley/lists";
import { readPeople } from "./read-people.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-people-"));
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

async function read(content: string | Uint8Array, numberColumn?: string): Promise<Person[]> {
  const file = join(folder, "people.csv");
  await writeFile(file, content);
  return readAll(file, numberColumn);
}

async function readAll(path: string, numberColumn?: string): Promise<Person[]> {
  return (await Readable.from(readPeople(path, { numberColumn })).toArray()) as Person[];
}

async function refusalOf(content: string | Uint8Array, numberColumn?: string): Promise<string> {
  const error: unknown = await read(content, numberColumn).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error("it was read");
  return error.message;
}

describe("readPeople", () => {
  it("reads the number, the region and every column of every line", async () => {
    const people = await read("number,name,region\n+46 70 123 45 67,Ann,eu\n+1 201 555 0123,Bo,\n");
    expect(people).toEqual([
      {
        number: "+46 70 123 45 67",
        region: "eu",
        columns: new Map([
          ["number", "+46 70 123 45 67"],
          ["name", "Ann"],
          ["region", "eu"],
        ]),
        line: 2,
        absent: 0,
      },
      {
        number: "+1 201 555 0123",
        region: null,
        columns: new Map([
          ["number", "+1 201 555 0123"],
          ["name", "Bo"],
          ["region", ""],
        ]),
        line: 3,
        absent: 0,
      },
    ]);
  });

  it.each([
    ["commas", "number,name\n+46701234567,Ann; Berg\n"],
    ["semicolons", "number;name\n+46701234567;Ann; Berg\n".replace("Ann; Berg", '"Ann; Berg"')],
    ["tabs", "number\tname\n+46701234567\tAnn; Berg\n"],
    ["a byte order mark", "\u{feff}number,name\n+46701234567,Ann; Berg\n"],
    ["CRLF", "number,name\r\n+46701234567,Ann; Berg\r\n"],
    ["the line breaks of an old Macintosh", "number,name\r+46701234567,Ann; Berg\r"],
    ["quotes around everything", '"number","name"\n"+46701234567","Ann; Berg"\n'],
    ["blanks around everything", " number , name \n +46701234567 , Ann; Berg \n"],
    ["no line break at the end", "number,name\n+46701234567,Ann; Berg"],
  ])("reads a file with %s", async (_what, content) => {
    const people = await read(content);
    expect(people).toMatchObject([{ number: "+46701234567", line: 2 }]);
    expect(people[0]?.columns.get("name")).toBe("Ann; Berg");
  });

  it("does not take a comma for a delimiter where the heading has semicolons", async () => {
    const people = await read("number;name\n+46701234567;Berg, Ann\n+46701234568;Ek\n");
    expect(people.map(({ columns }) => columns.get("name"))).toEqual(["Berg, Ann", "Ek"]);
  });

  it("reads a file with a single column", async () => {
    expect(await read("number\n+46701234567\n")).toMatchObject([{ number: "+46701234567", region: null }]);
  });

  it("reads quoted delimiters, quotes and line breaks", async () => {
    const people = await read('number,name\n+46701234567,"Berg, ""Ann""\nand Bo"\n+46701234568,Ek\n');
    expect(people.map(({ columns }) => columns.get("name"))).toEqual(['Berg, "Ann"\nand Bo', "Ek"]);
  });

  it("counts lines as an editor does: blank lines and line breaks in quotes count, too", async () => {
    const people = await read(
      'number,name\n\n+46701234567,"two\nlines"\n  \n,\n+46701234568,Ek\r\n\r\n+46701234569,Bo',
    );
    expect(people.map(({ number, line }) => [number, line])).toEqual([
      ["+46701234567", 4],
      ["+46701234568", 7],
      ["+46701234569", 9],
    ]);
  });

  it.each(["Number", "PHONE", "msisdn", "Recipient", "to", "mobile", "Tel", "cell", "Telefon"])(
    "finds the numbers in %s",
    async (column) => {
      expect(await read(`name,${column}\nAnn,+46701234567\n`)).toMatchObject([{ number: "+46701234567" }]);
    },
  );

  it.each([
    ["an invoice", "Number;Name;Mobile\n20261234;Ann;+46701234567\n", "line 1: Number and Mobile may each hold"],
    ["a phone at work", "Mobile;Name;Phone\n+46701234567;Ann;+468123456\n", "line 1: Mobile and Phone may each hold"],
    ["a name that says nothing", "Number;Name;Contact\n20261234;Ann;+46701234567\n", "line 2: Number and Contact may"],
    ["national numbers", "Number;Contact\n20261234;070-123 45 67\n", "line 2: Number and Contact may each hold"],
    ["bare digits in both", "Invoice;Number\n20261234;46701234567\n", "line 2: Invoice and Number may each hold"],
    ["no name at all", "Number;;Name\n20261234;+46701234567;Ann\n", "line 2: Number and the unnamed column 2 may"],
    ["a late line", `to,info\n${"46701234567,x\n".repeat(2_000)}46701234567,20261234\n`, "line 2002: to and info may"],
    ["a phone of somebody else", "Mobile,Boss phone\n070123,+46701234567\n", "line 2: Mobile and Boss phone may each"],
  ])("does not guess where two columns may hold the numbers: %s", async (_what, content, sentence) => {
    const message = await refusalOf(content);
    expect(message).toContain(sentence);
    expect(message).toContain("name one with --number-column, or rename the others");
    expect(message).not.toMatch(/\d{7}/);
  });

  it.each([
    ["an invoice", "Number;Name;Mobile\n20261234;Ann;+46701234567\n", "Mobile"],
    ["a name that says nothing", "Number;Name;Contact\n20261234;Ann;+46701234567\n", "Contact"],
  ])("is told which of two columns holds the numbers: %s", async (_what, content, column) => {
    expect(await read(content, column)).toMatchObject([{ number: "+46701234567" }]);
  });

  it.each([
    ["shorter numbers", "number,order\n46701234567,4711\n"],
    ["dates", "number,born,since\n46701234567,1980-05-17,17-05-2020\n"],
    ["prices", "number,price\n46701234567,1234567.50\n"],
    ["an invoice beside a number with its plus", "number,invoice\n+46701234567,20261234\n"],
    ["an invoice beside a column that says what it is", "mobile,invoice\n46701234567,20261234\n"],
    ["text that speaks of phones", "number,phone model\n+46701234567,Nokia 3310\n"],
    ["a region", "number,region\n46701234567,eu\n"],
  ])("is sure where the other columns have %s", async (_what, content) => {
    expect(await read(content)).toHaveLength(1);
  });

  it("reads a file as a spreadsheet writes it", async () => {
    const content =
      'sep=;\r\n\u200bTel;name\r\n="+46701234567";Ann; \r\n\u202a+46701234568\u202c;="007"\r\n\'+46701234569;\'t Hooft\r\n';
    const people = await read(content);
    expect(people.map(({ number, line, columns }) => [number, line, columns.get("name")])).toEqual([
      ["+46701234567", 3, "Ann"],
      ["+46701234568", 4, "007"],
      ["+46701234569", 5, "'t Hooft"],
    ]);
  });

  it("refuses a line with too few or too many cells alone, and takes empty ones at its end", async () => {
    const people = await read(
      "number,name,region\n+46701234567,Ann,eu\n+46701234568\n+46701234569,Berg, Bo,eu\n+46701234570,Cy,us,,\n",
    );
    expect(people.map(({ number, region, line }) => [number, region, line])).toEqual([
      ["+46701234567", "eu", 2],
      ["#missing_cells", "eu", 3],
      ["#too_many_cells", "eu", 4],
      ["+46701234570", "us", 5],
    ]);
  });

  it("takes the column that it is told, whatever the others are called", async () => {
    const people = await read("number,cell\n1,+46701234567\n", "cell");
    expect(people).toMatchObject([{ number: "+46701234567" }]);
  });

  it("finds the region in a column in any case", async () => {
    expect(await read("number,Region\n+46701234567,eu\n")).toMatchObject([{ region: "eu" }]);
  });

  it("knows columns by names that every object has", async () => {
    const people = await read("number,constructor,__proto__\n+46701234567,a,b\n");
    expect(people[0]?.columns.get("constructor")).toBe("a");
    expect(people[0]?.columns.get("__proto__")).toBe("b");
  });

  it("reads a line break that falls between two pieces of the file as one", async () => {
    // 64 KiB is what a read stream reads at once.
    const heading = `number,${"x".repeat(64 * 1_024 - "number,\r".length)}\r\n`;
    expect(await read(`${heading}+46701234567,Ann\r\n`)).toMatchObject([{ number: "+46701234567", line: 2 }]);
  });

  it("gives the file back when nobody wants the rest", async () => {
    const file = join(folder, "long.csv");
    await writeFile(file, `number\n${"+46701234567\n".repeat(100_000)}`);
    const people = readPeople(file);
    expect((await people.next()).value).toMatchObject({ line: 2 });
    expect(await people.return(undefined)).toEqual({ done: true, value: undefined });
  });
});

describe("a file that cannot be read", () => {
  it("is named by the system", async () => {
    const file = join(folder, "no-such-file.csv");
    await expect(Readable.from(readPeople(file)).toArray()).rejects.toMatchObject({ code: "ENOENT", path: file });
  });

  it("is told what it is where it is no file, and a pipe is not waited for", async () => {
    await expect(readAll(folder)).rejects.toThrow(`${folder}: expected a file, got a folder`);
    await expect(readAll("/dev/null")).rejects.toThrow(
      "/dev/null: expected a file, got a device; it is read more than",
    );
    const pipe = join(folder, "pipe.csv");
    execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);
    await expect(readAll(pipe)).rejects.toThrow(
      `${pipe}: expected a file, got a pipe; it is read more than once, so save it first`,
    );
  });

  it.each([
    ["a quote that is not closed", 'number,name\n\n+46701234567,Bo\n\n"+46701234568,Ann\n+46701234569,Cy\n', "line 5"],
    ["a quote in the middle", 'number,name\n+46701234567,A"nn"\n', "line 2"],
    ["text behind a quote", 'number,name\n"+46701234567"8,Ann\n', "line 2"],
    [
      "a quote that takes megabytes in",
      `number,name\n"+46701234567,Ann\n${"+46701234568,Bo\n".repeat(300_000)}`,
      "line 2",
    ],
  ])("names in words the line where %s begins, and nothing that stands there", async (_what, content, line) => {
    const message = await refusalOf(content);
    expect(message).toMatch(new RegExp(`^${line} of .*: (a quote is opened|there is a quote|there is text)`));
    expect(message).not.toMatch(/\d{7}|Ann|CSV_|INVALID/);
  });

  it.each([
    ["", "expected a heading line, got an empty file"],
    ["\n\n", "expected a heading line, got an empty file"],
    ["number,name,name\n+46701234567,a,b\n", "expected every column once, got name twice"],
    ["name,age\nAnn,7\n", "expected a column named number, phone, msisdn, recipient, to, mobile, tel, telephone, cell"],
  ])("says what is wrong with %j", async (content, sentence) => {
    expect(await refusalOf(content)).toContain(sentence);
  });

  it("names the columns when the one that it was told is missing", async () => {
    expect(await refusalOf("number,name\n+46701234567,Ann\n", "cell")).toBe(
      "expected a column named cell (or --number-column), got number, name",
    );
  });

  it.each([
    ["one name of a million characters", "x".repeat(1_000_000)],
    ["a hundred thousand names", Array.from({ length: 100_000 }, (_, index) => `column ${index}`).join(",")],
    ["a name of a million characters twice", `${"x".repeat(1_000_000)},${"x".repeat(1_000_000)}`],
  ])("repeats no more than the beginning of a heading with %s", async (_what, heading) => {
    const message = await refusalOf(`${heading}\nAnn\n`);
    expect(message).toMatch(/, got (xxx|column 0, column 1, ).*…( twice)?$/);
    expect(message.length).toBeLessThan(400);
  });

  it("does not repeat what would control a terminal", async () => {
    expect(await refusalOf("\u001B[2Jnum\u202Eber,na\u0007me\nAnn,x\n")).toMatch(/, got +\[2Jnumber, na me$/);
  });

  it("does not repeat a person where the heading is missing", async () => {
    expect(await refusalOf("+46 70-123 45 67,Ann\n+46701234568,Bo\n")).toBe(
      "line 1: expected a heading with the names of the columns, got a line with a number in it",
    );
  });

  it.each([
    ["Latin-1", Buffer.from("number,name\n+46701234567,Jörg\n", "latin1")],
    ["UTF-16", Buffer.from("number,name\n+46701234567,Ann\n", "utf16le")],
    ["half a character at the end", Buffer.from("number,name\n+46701234567,Jö").subarray(0, -1)],
  ])("is refused in %s: the names would arrive with holes", async (_encoding, content) => {
    expect(await refusalOf(content)).toMatch(
      /expected UTF-8 text, got another encoding; save the file as "CSV UTF-8"$/,
    );
  });
});
