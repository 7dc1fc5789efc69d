import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { createSinchClient, SINCH_CODES } from "@volley/sinch";
import { ENDPOINTS } from "../packages/emulator/src/serve/endpoints.ts";
import { issueToken } from "../packages/emulator/src/serve/issue-token.ts";
import { EVERY_CALL } from "../packages/sinch/test/every-call.ts";
import { namesUsedIn, type NamesUsed } from "./sms-api/names-used-in.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DOCS = join(ROOT, "docs");
const page = readFileSync(join(DOCS, "sinch-api.md"), "utf8");

/** A row by its columns' names, with the heading that it stands under. */
type Row = { readonly section: string; readonly cells: Readonly<Record<string, string>> };

const rows = readRows(page);
const endpoints = rows.filter(({ cells }) => cells["endpoint"] !== undefined);
const fields = rows.filter(({ cells }) => cells["field"] !== undefined);

/** Text of a link to the file that it leads to. */
const definitions = new Map([...page.matchAll(/^\[([^\]]+)\]: \.\.\/(\S+)$/gm)].map(([, name, path]) => [name, path]));

describe("every row of docs/sinch-api.md", () => {
  it("names tests that exist", () => {
    expect([...definitions.values()].filter((path) => !existsSync(join(ROOT, String(path))))).toEqual([]);
    expect(rows.filter(({ cells }) => testsOf(cells).length === 0)).toEqual([]);
  });

  it("names a test that does something with what it is about", () => {
    const untold = rows.flatMap(({ section, cells }) => {
      const used = testsOf(cells).map((path) => usedIn(path));
      return subjectsOf(cells)
        .filter((subject) => !used.some((test) => isUsedIn(test, subject)))
        .map((subject) => `${section}: ${subject}`);
    });
    expect(untold).toEqual([]);
  });

  it("uses every link that is defined below the tables", () => {
    const text = page.replaceAll(/^\[[^\]]+\]: .*$/gm, "");
    expect([...definitions.keys()].filter((name) => !text.includes(`[${name}]`))).toEqual([]);
  });
});

describe("the table of endpoints", () => {
  it("has every endpoint of the emulator, and no other", () => {
    const served = ENDPOINTS.map(({ method, path }) => shapeOf(`${method} ${path}`));
    const listed = endpoints.map(({ cells }) => shapeOf(nameIn(cells["endpoint"])));
    expect(listed.toSorted()).toEqual([...served, shapeOf(`${issueToken.method} ${issueToken.path}`)].toSorted());
  });

  it("has every call of the client, where it is a request to that endpoint", () => {
    const listed = endpoints.flatMap(({ cells }) =>
      namesIn(cells["client"])
        .filter((name) => !name.startsWith("auth:"))
        .map((name) => `${name}: ${shapeOf(nameIn(cells["endpoint"]))}`),
    );
    const made = EVERY_CALL.map(({ name, request }) => `${name}: ${shapeOf(request)}`);
    expect(listed.toSorted()).toEqual(made.toSorted());
  });

  it("misses no call of the client", () => {
    const { close, ...client } = createSinchClient({
      baseUrl: "http://127.0.0.1:1",
      servicePlanId: "p",
      apiToken: "t",
    });
    close();
    const calls = Object.entries(client).flatMap(([name, value]) => {
      if (typeof value === "function") return name;
      return typeof value === "object" ? Object.keys(value).map((inner) => `${name}.${inner}`) : [];
    });
    expect(endpoints.flatMap(({ cells }) => namesIn(cells["client"]))).toEqual(expect.arrayContaining(calls));
  });
});

describe("the tables of fields", () => {
  it("have every field that the client's types and schemas name", () => {
    const paths = fields.flatMap(({ cells }) => namesIn(cells["field"]));
    const listed = new Set(paths.flatMap((path) => path.replaceAll("[]", "").split(".")));
    const named = ["batches", "delivery-reports", "inbounds", "groups"].flatMap((folder) =>
      wireFieldsIn(join(ROOT, "packages/sinch/src", folder)),
    );
    expect(new Set(named).size).toBeGreaterThan(60);
    expect([...new Set(named)].filter((name) => !listed.has(name)).toSorted()).toEqual([]);
  });

  it("have every field of a send, and none that a send does not have", () => {
    const schema: unknown = JSON.parse(readFileSync(join(ROOT, "packages/contract/send.schema.json"), "utf8"));
    const inSend = propertiesOf(schema);
    const own = new Set(["v", "label", "priority", "retry_codes", "staged", "content_digest", "options"]);
    const inContract = inSend.flatMap(({ name, value }) =>
      name === "options"
        ? Object.keys(Object(Reflect.get(Object(value), "properties"))).map((option) => `options.${option}`)
        : own.has(name)
          ? []
          : [name],
    );
    const listed = rows
      .filter(({ section }) => section.startsWith("A batch that is sent"))
      .flatMap(({ cells }) => namesIn(cells["send"]).filter((name) => /^[a-z_.]+$/.test(name) && name !== "options"));
    expect([...new Set(listed)].toSorted()).toEqual([...new Set(inContract)].toSorted());
  });
});

it("the table of refusals has every code that the client knows", () => {
  const listed = new Set(rows.flatMap(({ cells }) => [...namesIn(cells["answer"]), ...namesIn(cells["meaning"])]));
  expect(Object.keys(SINCH_CODES).filter((code) => !listed.has(code))).toEqual([]);
});

it("the README leads to the page", () => {
  expect(readFileSync(join(ROOT, "README.md"), "utf8").match(/\(docs\/[\w-]+\.md\)/g)).toContain("(docs/sinch-api.md)");
});

function readRows(markdown: string): Row[] {
  const found: Row[] = [];
  let section = "";
  let heads: string[] = [];
  for (const line of markdown.split("\n")) {
    if (line.startsWith("## ")) section = line.slice(3);
    const cells = line.startsWith("|")
      ? line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim())
      : null;
    if (cells === null) heads = [];
    else if (heads.length === 0) heads = cells;
    else if (!cells.every((cell) => /^-+$/.test(cell))) {
      found.push({ section, cells: Object.fromEntries(heads.map((head, index) => [head, cells[index] ?? ""])) });
    }
  }
  return found;
}

function testsOf(cells: Row["cells"]): string[] {
  const names = [...(cells["shown by"] ?? "").matchAll(/\[([^\]]+)\]/g)].map(([, name]) => name);
  return names.flatMap((name) => definitions.get(name) ?? []);
}

/** What a row is about, as tests write it: the last name of a path such as `auto_update.add.first_word`. */
function subjectsOf(cells: Row["cells"]): string[] {
  const names = namesIn(cells["field"] ?? cells["answer"] ?? cells["what"]);
  return names.map((name) => name.split(name.startsWith("sms.api") ? "/" : ".").at(-1) ?? "");
}

const usedByPath = new Map<string, NamesUsed>();

function usedIn(path: string): NamesUsed {
  const used = usedByPath.get(path) ?? namesUsedIn(readFileSync(join(ROOT, path), "utf8"));
  usedByPath.set(path, used);
  return used;
}

/** A field or a code is used by its name; what is no single word, such as a host, may be a part of a text. */
function isUsedIn({ names, texts }: NamesUsed, subject: string): boolean {
  if (/^\w+$/.test(subject)) return names.has(subject);
  return names.has(subject) || texts.some((text) => text.includes(subject));
}

function namesIn(cell: string | undefined): string[] {
  return [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

function nameIn(cell: string | undefined): string {
  return namesIn(cell)[0] ?? "";
}

/** A request without its query, its IDs made equal. */
function shapeOf(request: string): string {
  return request.replace(/\?.*$/, "").replaceAll(/\/(?:\{\w+\}|:\w+|a%2Fb|%2B\d+)/g, "/{}");
}

/** Not of the wire: how our own calls answer. */
const OWN_FILES = new Set(["find-batch.ts", "worker-calls.ts"]);

/** The names of what goes over the wire, as the types of requests and the schemas of answers in a folder have them. */
function wireFieldsIn(folder: string): string[] {
  const files = readdirSync(folder).filter((name) => !name.endsWith(".test.ts") && !OWN_FILES.has(name));
  return files.flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const queries = [...text.matchAll(/^export type \w+Query = \{[^]*?^\};/gm)].join("\n");
    const searched = name.endsWith("-calls.ts") ? queries : text;
    const found = [
      ...searched.matchAll(/readonly (\w+)\??:/g),
      ...searched.matchAll(/^ +(\w+): (?:\w+Field|requiredNumber|z\b)/gm),
    ];
    return found.map(([, field = ""]) => field);
  });
}

function propertiesOf(schema: unknown): { readonly name: string; readonly value: unknown }[] {
  const variants: unknown = Reflect.get(Object(schema), "anyOf");
  return (Array.isArray(variants) ? variants : []).flatMap((variant: unknown) =>
    Object.entries(Object(Reflect.get(Object(variant), "properties"))).map(([name, value]) => ({ name, value })),
  );
}
