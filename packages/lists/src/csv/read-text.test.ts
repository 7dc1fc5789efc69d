import { describe, expect, it } from "@jest/globals";
import { readText } from "./read-text.ts";

const TEXT = "number,name\r\n+46701234567,Zoë 🎉\r+46701234568,Bo\n";

const READ = "number,name\n+46701234567,Zoë 🎉\n+46701234568,Bo\n";

async function read(bytes: Uint8Array, size: number): Promise<string> {
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  let text = "";
  for await (const piece of readText(pieces(), "people.csv")) text += piece;
  return text;
}

describe.each([1, 3, 7, 1_000])("read in pieces of %i bytes", (size) => {
  it.each([
    ["UTF-8", Buffer.from(TEXT)],
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${TEXT}`)],
    ["UTF-16 little-endian with a mark", Buffer.from(`\uFEFF${TEXT}`, "utf16le")],
    ["UTF-16 big-endian with a mark", Buffer.from(`\uFEFF${TEXT}`, "utf16le").swap16()],
  ])("is %s", async (_, bytes) => {
    expect(await read(bytes, size)).toBe(READ);
  });

  it.each([
    ["Latin-1", Buffer.from("number,name\n+46701234567,Zoë\n", "latin1")],
    ["UTF-16 without a mark", Buffer.from(TEXT, "utf16le")],
    ["half of a UTF-16 letter", Buffer.from(`\uFEFF${TEXT}`, "utf16le").subarray(0, -1)],
    ["zeros", Buffer.alloc(5_000)],
  ])("refuses %s", async (_, bytes) => {
    await expect(read(bytes, size)).rejects.toThrow(
      'people.csv: expected UTF-8 text, got another encoding; save the file as "CSV UTF-8"',
    );
  });

  it("says of a workbook that it is one", async () => {
    await expect(read(Buffer.from("PK\u0003\u0004 and so on"), size)).rejects.toThrow(
      'people.csv: expected a text, got a workbook of a spreadsheet; save it as "CSV UTF-8"',
    );
  });

  it.each(["", "a", "abc"])("takes a text as short as %j", async (text) => {
    expect(await read(Buffer.from(text), size)).toBe(text);
  });
});
