import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { normaliseRecipient } from "@volley/contract";
import type { Person } from "@volley/lists";
import { readPeople } from "./read-people.ts";
import { writeDemoPeople } from "./write-demo-people.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-demo-people-"));
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

describe("writeDemoPeople", () => {
  it("writes the same file every time", async () => {
    const [first, second] = [join(folder, "first.csv"), join(folder, "second.csv")];
    await writeDemoPeople(first, 1_000);
    await writeDemoPeople(second, 1_000);
    expect(await readFile(second)).toEqual(await readFile(first));
  });

  it("gives 10,000 people a valid number of their own and a name, half of them in each region", async () => {
    const file = join(folder, "people.csv");
    await writeDemoPeople(file, 10_000);
    const people = (await Readable.from(readPeople(file)).toArray()) as Person[];
    const numbers = people.map(({ number }) => normaliseRecipient(number));
    expect(people).toHaveLength(10_000);
    expect(numbers).not.toContain(null);
    expect(new Set(numbers).size).toBe(10_000);
    expect(people.filter(({ region }) => region === "us")).toHaveLength(5_000);
    expect(people.filter(({ region }) => region === "eu")).toHaveLength(5_000);
    expect(people.filter(({ columns }) => !/^\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+$/u.test(columns.get("name") ?? ""))).toEqual(
      [],
    );
  });
});
