import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { CliError } from "../exit/cli-error.ts";
import { readRoutesFile } from "./routes-file.ts";

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-routes-"));
  file = join(folder, "routes.json");
});

afterAll(async () => rm(folder, { recursive: true }));

it("reads routes", async () => {
  const routes = { prefixes: { "1": "us", "1204": "ca" }, default: null };
  await writeFile(file, JSON.stringify(routes));
  expect(await readRoutesFile(file)).toEqual(routes);
});

it("names everything that is wrong, and where", async () => {
  await writeFile(file, '{ "prefixes": { "0": "eu", "44": "auto" }, "default": 7 }');
  const error = await readRoutesFile(file).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CliError);
  expect(String(error)).toContain(`${file}: prefixes.0: expected a prefix of 1 to 7 digits`);
  expect(String(error)).toContain(`${file}: prefixes.44: expected the name of a region such as "eu", got 4 characters`);
  expect(String(error)).toContain(`${file}: default: expected a string, got 7`);
});

it("says that there is no file, that it is not there, and that it is no JSON", async () => {
  await expect(readRoutesFile(undefined)).rejects.toThrow("VOLLEY_ROUTES_FILE");
  await expect(readRoutesFile(join(folder, "none.json"))).rejects.toThrow("ENOENT");
  await writeFile(file, "prefixes: {}");
  await expect(readRoutesFile(file)).rejects.toThrow("expected JSON");
});
