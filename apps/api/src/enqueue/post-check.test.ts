import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ApiRig, startApiRig } from "../../../../test/api-rig.ts";

let rig: ApiRig;
let key: string;

beforeAll(async () => {
  rig = await startApiRig();
  key = await rig.key();
});

afterAll(async () => rig.stop());

const MESSAGE = { region: "eu", from: "Volley", to: "+46701234567", body: "Hi ${name}", parameters: { name: "Ann" } };

async function message(body: object, idempotencyKey: string, own = key) {
  return rig.ask("POST", "/v1/messages?force=true", { key: own, body, headers: { "idempotency-key": idempotencyKey } });
}

test("enqueues messages to one person in one send, each once per key", async () => {
  const others = ["+46701234568", "+46701234569"];
  const [first, ...rest] = await Promise.all(
    [MESSAGE.to, ...others].map(async (to) => message({ ...MESSAGE, to, parameters: { name: to } }, to)),
  );
  expect(first?.status).toBe(202);
  expect(first?.headers.get("location")).toBe(`/v1/sends/${String(first?.body?.["id"])}`);
  expect(rest.map(({ body }) => body?.["id"])).toEqual(rest.map(() => first?.body?.["id"]));
  const again = await message({ ...MESSAGE, parameters: { name: MESSAGE.to } }, MESSAGE.to);
  expect([again.status, again.headers.get("idempotent-replayed"), again.body?.["id"]]).toEqual([
    202,
    "true",
    first?.body?.["id"],
  ]);
  const other = await message({ ...MESSAGE, body: "Hello ${name}" }, MESSAGE.to);
  expect([other.status, other.body?.["problems"]]).toMatchObject([422, [{ pointer: "/body" }]]);
});

test.each([
  ["a list", { ...MESSAGE, to: [MESSAGE.to] }, 400, "invalid_request", "/to"],
  ["no number", { ...MESSAGE, to: "nobody" }, 400, "VOLLEY_INVALID_SEND", "/to"],
  ["a value that is missing", { ...MESSAGE, parameters: {} }, 400, "VOLLEY_INVALID_SEND", "/parameters/name"],
  ["region auto", { ...MESSAGE, region: "auto" }, 400, "VOLLEY_INVALID_REGION", undefined],
])("refuses a message with %s", async (_, body, status, code, pointer) => {
  const answer = await message(body, "wrong");
  expect([answer.status, answer.body?.["code"]]).toEqual([status, code]);
  const problems = (answer.body?.["problems"] ?? [{}]) as readonly { readonly pointer?: string }[];
  expect(problems[0]?.pointer).toBe(pointer);
});

test("never lets messages of two keys travel together", async () => {
  const own = await Promise.all([rig.key({ senders: ["+46 70-000"] }), rig.key()]);
  const sent = await Promise.all(
    own.map(async (each, index) => message({ ...MESSAGE, from: "46 70000", to: `+4670123450${index}` }, "own", each)),
  );
  expect(sent.map(({ status }) => status)).toEqual([202, 202]);
  expect(new Set(sent.map(({ body }) => body?.["id"])).size).toBe(2);
});

test.each([
  ["/v1/sends", "parameters", "/parameters"],
  ["/v1/messages", "parameters", "/parameters"],
  ["/v1/check", "parameters", "/parameters"],
  ["/v1/sends", "unknown", ""],
])("looks at no more fields than a send may have: %s, %s", async (path, field, pointer) => {
  const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`k${index}`, "x"]));
  const to = path === "/v1/messages" ? MESSAGE.to : [MESSAGE.to];
  const body = { ...MESSAGE, to, ...(field === "parameters" ? { parameters: many } : many) };
  const answer = await rig.ask("POST", path, { key, body, headers: { "idempotency-key": "many" } });
  expect([answer.status, answer.body?.["problems"]]).toMatchObject([400, [{ pointer, in: "body" }]]);
});

test("ends an upload whose key is revoked before its last line", async () => {
  const own = await rig.producer.keys.create({ name: "leaked", scopes: ["sends:write"] });
  const headers = { authorization: `Bearer ${own.key}`, "content-type": "text/csv", "idempotency-key": "revoked" };
  const body = async function* () {
    yield Buffer.from("phone\n+46701234567\n");
    await rig.producer.keys.revoke("leaked");
    let status = 0;
    while (status !== 401) ({ status } = await rig.ask("GET", "/v1/sends", { key: own.key }));
    yield Buffer.from("+46701234568\n");
  };
  const query = "force=true&region=eu&from=Volley&body=Hi";
  const asked = { method: "POST", headers, body: body(), duplex: "half" } as const;
  const answer = await fetch(`${rig.url}/v1/sends?${query}`, asked);
  expect([answer.status, await answer.json()]).toMatchObject([401, { code: "key_revoked" }]);
});

test("answers a list that is wrong at its beginning before it has come, to whoever writes all of it first", async () => {
  const { port } = new URL(rig.url);
  const socket = connect(Number(port), "127.0.0.1");
  const head = [
    "POST /v1/sends?force=true&region=eu&from=Volley&body=Hi HTTP/1.1",
    "Host: volley",
    `Authorization: Bearer ${key}`,
    "Idempotency-Key: early",
    "Content-Type: text/csv",
    "Content-Length: 3000005",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\nname\n`);
  for (let at = 0; at < 30; at += 1) {
    await new Promise((resolve) => void socket.write("x".repeat(100_000), resolve));
  }
  expect(await text(socket)).toMatch(/^HTTP\/1.1 400 [\s\S]*\r\nconnection: close\r\n[\s\S]*invalid_list/i);
});

test("counts a message against the day of its key, once", async () => {
  const own = await rig.key({ perDay: 1 });
  expect((await message(MESSAGE, "day", own)).status).toBe(202);
  expect((await message(MESSAGE, "day", own)).status).toBe(202);
  expect((await message(MESSAGE, "another", own)).body?.["code"]).toBe("daily_limit_reached");
});

test("counts everybody of a send against the day, however they are written", async () => {
  const own = await rig.key({ perDay: 2 });
  const to = ["+46701234567", "+46701234568", { to: "+46701234569" }];
  const body = { region: "eu", from: "Volley", to, body: "Hi" };
  const headers = { "idempotency-key": "entries" };
  const answer = await rig.ask("POST", "/v1/sends?force=true", { key: own, body, headers });
  expect([answer.status, answer.body?.["code"]]).toEqual([429, "daily_limit_reached"]);
  for (const path of ["/v1/sends?force=true", "/v1/check"]) {
    const pages = { ...body, to: ["+46701234567", ["+46701234568"]] };
    expect((await rig.ask("POST", path, { key, body: pages, headers })).body).toMatchObject({
      status: 400,
      problems: [{ pointer: "/to/1", in: "body", detail: "expected a recipient, got a list" }],
    });
  }
});

test("takes no JSON that would keep everybody waiting, and says how so many are sent", async () => {
  const to = Array.from({ length: 400_000 }, (_, index) => String(46_990_000_000 + index));
  const body = { region: "eu", from: "Volley", to, body: "Hi" };
  for (const path of ["/v1/sends", "/v1/check"]) {
    const answer = await rig.ask("POST", path, { key, body, headers: { "idempotency-key": "many" } });
    expect(answer.body).toMatchObject({
      code: "body_too_large",
      detail: expect.stringContaining("1 MiB of JSON; recipients in any number come as text/csv"),
    });
  }
});

test("takes no blank of a query for a plus, and says how one is written", async () => {
  const csv = {
    key,
    body: "phone\n+46701234567\n",
    headers: { "content-type": "text/csv", "idempotency-key": "plus" },
  };
  const asked = [
    await rig.ask("POST", "/v1/sends?force=true&region=eu&body=Hi&from=+46701234567", csv),
    await rig.ask("POST", "/v1/check?region=eu&body=Hi&from=Volley&send_at=2037-12-01T09:00:00+02:00", csv),
    await rig.ask("GET", "/v1/sends?since=2026-12-01T09:00:00+02:00", { key }),
  ];
  expect(asked.map(({ body }) => body?.["problems"])).toMatchObject(
    ["/from", "/send_at", "/since"].map((pointer) => [
      { pointer, in: "query", detail: "expected a plus as %2B; as it is, it is a blank in a query" },
    ]),
  );
  const good = await rig.ask("POST", "/v1/sends?force=true&region=eu&body=Hi+you&from=%2B46701234567", csv);
  expect(good.status).toBe(202);
});

test("asks about other people's sends, and about no region, only for a key that is for all", async () => {
  const body = { from: "Volley", to: ["+46701234567"], body: "Hi" };
  const headers = { "idempotency-key": "all" };
  const regional = await rig.key({ regions: ["eu"] });
  const answers = [
    await rig.ask("POST", "/v1/check", { key: regional, body }),
    await rig.ask("POST", "/v1/check?duplicates_within=1h", { key: regional, body: { ...body, region: "eu" } }),
    await rig.ask("POST", "/v1/sends?force=true&if_duplicates=refuse", {
      key: await rig.key({ senders: ["Volley"] }),
      body: { ...body, region: "eu" },
      headers,
    }),
    await rig.ask("POST", "/v1/check", { key: regional, body: { ...body, region: "eu" } }),
  ];
  expect(answers.map(({ status, body: said }) => [status, said?.["code"]])).toEqual([
    [403, "region_not_allowed"],
    [403, "region_not_allowed"],
    [403, "sender_not_allowed"],
    [200, undefined],
  ]);
});

test.each(["0s", "31d", "999999999d", "1", "h"])("refuses to look back %s", async (within) => {
  const body = { region: "eu", from: "Volley", to: ["+46701234567"], body: "Hi" };
  for (const path of ["/v1/sends", "/v1/check"]) {
    const asked = { key, body, headers: { "idempotency-key": within } };
    const answer = await rig.ask("POST", `${path}?duplicates_within=${within}`, asked);
    expect([answer.status, answer.body?.["code"]]).toEqual([400, "invalid_request"]);
  }
});

test("says what a send would come to, with its mistakes, and enqueues nothing", async () => {
  const body = { region: "eu", from: "Volley", to: ["+46701234567", "nobody"], body: "Hi" };
  const good = await rig.ask("POST", "/v1/check?price_per_segment=0.05", { key, body });
  expect([good.status, good.body]).toMatchObject([
    200,
    { isSendable: true, recipients: { valid: 1, rejected: 1 }, segments: { total: 1 }, price: { total: 0.05 } },
  ]);
  const wrong = await rig.ask("POST", "/v1/check", { key, body: { ...body, body: undefined } });
  expect(wrong.body).toMatchObject({ isSendable: false, problems: [{ field: "body" }, { field: "to[1]" }] });
  expect(await rig.producer.servedRegions()).toEqual([]);
});

test("says it of a list, with its wrong lines", async () => {
  const list = "phone,name\n+46701234567,Ann\nnobody,Bo\n";
  const query = "region=eu&from=Volley&body=Hi%20%24%7Bname%7D";
  const answer = await rig.ask("POST", `/v1/check?${query}`, {
    key,
    body: list,
    headers: { "content-type": "text/csv" },
  });
  expect(answer.body).toMatchObject({
    isSendable: true,
    recipients: { requested: 2, valid: 1 },
    rejectedLines: { count: 1, lines: [{ line: 3, reason: "invalid_msisdn" }] },
  });
});
