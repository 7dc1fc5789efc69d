import { describe, expect, it } from "@jest/globals";

import { createLogger } from "./create-logger.ts";
import { REDACTED_PATHS } from "./redacted-paths.ts";

const TOKEN = "token-1f2e3d";
const MSISDN = "46701234567";
const TEXT = "Your code is on its way";

type Line = Record<string, unknown>;

function logger() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ name: "volley-test", level: "trace", destination });
  return { log, text: () => lines.join(""), lines: () => lines.map((line): Line => JSON.parse(line) as Line) };
}

/** As got 14 throws it: the request, the response and the cause hang on the error. */
function gotError(): Error {
  const request = {
    headers: { authorization: `Bearer ${TOKEN}` },
    json: { to: [MSISDN], body: TEXT },
    url: new URL(`http://127.0.0.1/?number=${MSISDN}`),
  };
  const cause = Object.assign(new Error(`cannot send ${TEXT} to ${MSISDN} with ${TOKEN}`), { options: request });
  return Object.assign(new Error("Response code 400 (Bad Request)", { cause }), {
    name: "HTTPError",
    code: "ERR_NON_2XX_3XX_RESPONSE",
    options: request,
    request,
    response: { body: `{"text":"${TEXT}","to":"${MSISDN}"}`, request },
    input: TEXT,
    timings: { [MSISDN]: TOKEN },
  });
}

const SECRETS = new RegExp([TOKEN, MSISDN, TEXT].join("|"));

describe("createLogger", () => {
  it("writes JSON lines with a name, a level in words and an ISO time", () => {
    const { log, lines } = logger();
    log.info({ jobId: "a" }, "batch accepted");
    expect(lines()).toEqual([
      expect.objectContaining({ name: "volley-test", level: "info", jobId: "a", msg: "batch accepted" }),
    ]);
    expect(lines()[0]?.["time"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it("writes of an HTTP client's error the name, code, message and stack, wherever the error stands", () => {
    const { log, lines, text } = logger();
    log.trace(gotError());
    log.trace({ err: gotError() }, "m");
    log.trace({ error: gotError(), nested: { reason: gotError(), all: [gotError()] } }, "m");
    log.trace({ err: new AggregateError([gotError()], "several") }, "m");
    log.trace({ nested: { err: gotError() } }, "%o", gotError());
    log.trace("%j %O", gotError(), { deep: [gotError()] });
    log.trace({ a: { b: { c: { d: { e: gotError() } } } } }, "m");
    log.child({ err: gotError() }).trace("m");
    expect(lines()).toHaveLength(8);
    expect(text()).not.toMatch(SECRETS);
    expect(lines()[1]?.["err"]).toMatchObject({
      type: "HTTPError",
      code: "ERR_NON_2XX_3XX_RESPONSE",
      message: "Response code 400 (Bad Request)",
      causes: [{ type: "Error" }],
    });
    expect(lines()[2]?.["error"]).toMatchObject({ type: "HTTPError" });
  });

  it("hides who is texted, what they are told and every credential, however deep", () => {
    const { log, text } = logger();
    const names = REDACTED_PATHS.filter((path) => !path.startsWith("err."));
    const secrets = Object.fromEntries(names.map((name, index) => [name, [TOKEN, MSISDN, [TEXT]][index % 3]]));
    log.info(secrets, "m");
    log.info({ send: secrets }, "m");
    log.info({ sends: [secrets], result: { rejected: [secrets] } }, "m");
    log.info({ result: { rejected: [MSISDN] }, staged: { rejections: [MSISDN] } }, "m");
    log.info({ request: { headers: secrets } }, "m");
    log.child(secrets).info("m");
    log.info("%j", secrets);
    log.info({ err: { options: TEXT, anything: TOKEN } }, "m");
    log.info({ a: { b: { c: { d: { e: { f: TEXT } } } } } }, "m");
    log
      .child({ send: secrets })
      .child({ more: [secrets] })
      .info("m");
    expect(names).toContain("set-cookie");
    expect(names).toContain("to");
    expect(text()).not.toMatch(SECRETS);
  });

  it("hides in what has a form of its own in JSON as in anything else", () => {
    const { log, text, lines } = logger();
    const send = { toJSON: () => ({ to: [MSISDN], nested: { body: TEXT }, token: TOKEN, region: "us" }) };
    class Message {
      readonly #text = TEXT;
      toJSON(): string {
        return this.#text;
      }
    }
    const itself: object = { toJSON: (): object => itself };
    const thrower = { toJSON: () => void JSON.parse(`"${MSISDN}`), to: MSISDN };
    const when = Object.assign(new Date(0), { toJSON: () => TEXT });
    log.info({ send, list: [send], message: new Message(), itself, thrower, when }, "m");
    log.info({ bytes: Buffer.from(TOKEN), view: new Uint8Array(Buffer.from(TOKEN)) }, "m");
    log.info({ url: new URL(`https://me:${TOKEN}@host.example:8443/${MSISDN}?to=${MSISDN}`) }, "m");
    log.info({ at: new Date(0) }, "%o", send);
    log.child({ send }).info("m");
    log.info(send, "m");
    expect(text()).not.toMatch(SECRETS);
    expect(text()).not.toContain(Buffer.from(TOKEN).join(","));
    expect(lines()[0]).toMatchObject({ send: { region: "us" }, list: [{ region: "us" }] });
    expect(lines()[0]).toMatchObject({ when: "1970-01-01T00:00:00.000Z" });
    expect(lines()[2]).toMatchObject({ url: "https://host.example:8443/…" });
    expect(lines()[3]).toMatchObject({ at: "1970-01-01T00:00:00.000Z" });
  });

  it("still shows counts of recipients", () => {
    const { log, lines } = logger();
    log.info({ recipients: 2_500, rejected: 0, batch: { recipients: 1_000 } }, "m");
    log.info({ result: { recipients: { accepted: 2, rejected: 1 } } }, "m");
    expect(lines()[0]).toMatchObject({ recipients: 2_500, rejected: 0, batch: { recipients: 1_000 } });
    expect(lines()[1]).toMatchObject({ result: { recipients: { accepted: 2, rejected: 1 } } });
  });

  it("does not take a number to text for a count", () => {
    const { log, text } = logger();
    log.info({ recipients: Number(MSISDN), to: Number(MSISDN) }, "m");
    log.info({ recipients: { [MSISDN]: 1 } }, "m");
    log.info({ recipients: [MSISDN], number: Number(MSISDN) }, "m");
    expect(text()).not.toMatch(SECRETS);
  });

  it("leaves the logged object as it was", () => {
    const { log } = logger();
    const send = { to: [MSISDN], nested: { body: TEXT } };
    log.info(send, "m");
    expect(send).toEqual({ to: [MSISDN], nested: { body: TEXT } });
  });
});
