import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { KeyOptions } from "@volley/producer";
import { ROUTES } from "../apps/api/src/serve/routes.ts";
import type { Route } from "../apps/api/src/terms/route.ts";
import { type ApiRig, startApiRig } from "./api-rig.ts";
import { readPage } from "./pages/fences.ts";

/** Every route there is, by every kind of key: the table of docs/api.md, over HTTP. */
const COLUMNS = ["good", "none", "wrong", "expired", "revoked", "scope", "region", "sender", "limit"];

type Row = { readonly route: Route | undefined; readonly name: string; readonly cells: readonly string[] };

const ROWS: readonly Row[] = tableOf(readPage("docs/api.md")).map(([name = "", , ...cells]) => ({
  name,
  cells,
  route: ROUTES.find(({ method, path }) => `${method} ${path}` === name),
}));

let rig: ApiRig;
let id: string;
const keys = new Map<string, string | undefined>();

beforeAll(async () => {
  rig = await startApiRig();
  const send = { from: "Volley", to: ["46701234567"], body: "Hi" };
  ({ id } = await rig.producer.enqueue(send, { region: "eu", idempotencyKey: "permissions" }));
  const good = await rig.key();
  keys.set("good", good);
  keys.set("none", undefined);
  keys.set("wrong", `${good.slice(0, -4)}${good.endsWith("0000") ? "1111" : "0000"}`);
  keys.set("region", await rig.key({ regions: ["us"] }));
  keys.set("sender", await rig.key({ senders: ["Other"] }));
  keys.set("expired", await rig.key({ expires: new Date(Date.now() + 500).toISOString() }));
  keys.set("revoked", await rig.key({ name: "revoked" }));
  await rig.producer.keys.revoke("revoked");
  keys.set("limit", await rig.key({ perMinute: 1 }));
  await rig.ask("GET", `/v1/sends/${id}`, requestWith("limit"));
  await new Promise((resolve) => setTimeout(resolve, 500));
});

afterAll(async () => {
  await rig.stop();
});

describe("the table of docs/api.md", () => {
  it("has every route and no other, in their order", () => {
    expect(ROWS.map(({ name }) => name)).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`));
    expect(tableOf(readPage("docs/api.md")).map(([, scope]) => scope)).toEqual(ROUTES.map(({ scope }) => scope));
  });

  it.each(ROWS)("is what $name answers", async ({ route, cells }) => {
    if (route === undefined) throw new Error("there is no such route");
    const answers: string[] = [];
    for (const kind of COLUMNS) {
      if (kind === "scope") keys.set(kind, await rig.key({ scopes: othersThan(route) }));
      answers.push(String((await request(route, kind)).status));
    }
    expect(Object.fromEntries(COLUMNS.map((kind, index) => [kind, answers[index]]))).toEqual(
      Object.fromEntries(COLUMNS.map((kind, index) => [kind, cells[index]])),
    );
  });

  it("leaves no key in the log", () => {
    const log = rig.lines.join("");
    expect(log).toContain('"keyId":"key_');
    expect([...keys.values()].filter((key) => key !== undefined && log.includes(key))).toEqual([]);
    expect(log).not.toMatch(/vk_|46701234567/);
  });
});

function othersThan({ scope }: Route): KeyOptions["scopes"] {
  const others = [...new Set(ROUTES.map((route) => route.scope))].filter((other) => other !== scope);
  return others.length > 0 ? others : ["events:read"];
}

function requestWith(kind: string) {
  const key = keys.get(kind);
  return key === undefined ? {} : { key };
}

/** A request as the document shows it, about the send of this test. */
async function request({ method, path, query, body, headers = {} }: Route, kind: string) {
  const names: Record<string, string> = { id, name: "eu" };
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? name);
  const parameters = query !== undefined && "shape" in query ? Object(query.shape) : {};
  // Nobody waits long, and no worker has ever worked here.
  const wanted = ["wait_ms=1", "force=true"].find((one) => (one.split("=")[0] ?? "") in parameters);
  const example = body?.example;
  return rig.ask(method, wanted === undefined ? url : `${url}?${wanted}`, {
    ...requestWith(kind),
    ...(example !== undefined && { body: example }),
    ...("Idempotency-Key" in headers && { headers: { "idempotency-key": `${kind} ${path}` } }),
  });
}

/** The rows of the first table that has a column "revoked". */
function tableOf(page: string): string[][] {
  const lines = page.split("\n");
  const from = lines.findIndex((line) => /\|\s*revoked\s*\|/.test(line));
  const rows = lines.slice(from + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith("|")),
    )
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}
