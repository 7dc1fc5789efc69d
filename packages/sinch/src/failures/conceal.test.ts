import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { classify } from "./classify.ts";
import { conceal } from "./conceal.ts";

const now = new Date("2026-12-01T08:00:00Z");

/** A token, and Basic credentials. */
const TOKEN = "tok/en+abc==";
const CREDENTIALS = Buffer.from("key:s3cr3t/x=").toString("base64");

/** What a failure says of an error page. */
function said(body: string, secrets = [TOKEN, CREDENTIALS]): string {
  const answer = conceal({ status: 400, headers: {}, body }, secrets);
  if (answer.status === null) throw new Error("an answer was given");
  const { code, text } = classify(answer, now);
  return `${code}: ${text}`;
}

function everyUnit(text: string): string {
  return text.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

test("takes secrets out of an error page, as often as they stand there", () => {
  const answer = { status: 500, headers: {}, body: "Bearer token, Bearer token; other" };
  expect(conceal(answer, ["token", "other", ""])).toEqual({
    status: 500,
    headers: {},
    body: "Bearer [concealed], Bearer [concealed]; [concealed]",
  });
});

test("takes them out of a success, too", () => {
  const body = '{"id":"a","echo":"Bearer token"}';
  const concealed = { status: 200, headers: {}, body: '{"id":"a","echo":"Bearer [concealed]"}' };
  expect(conceal({ status: 200, headers: {}, body }, ["token"])).toEqual(concealed);
});

describe("a secret that a page writes in its own way is taken out", () => {
  test.each([
    ["a URL", encodeURIComponent],
    ["a URL within a URL", (text: string) => encodeURIComponent(encodeURIComponent(text))],
    ["HTML by numbers", (text: string) => text.replaceAll(/[+/=]/g, (each) => `&#${each.charCodeAt(0)};`)],
    [
      "HTML by hexadecimal numbers",
      (text: string) => text.replaceAll(/[+/=]/g, (each) => `&#x${each.charCodeAt(0).toString(16)};`),
    ],
    [
      "HTML by names",
      (text: string) => text.replaceAll("+", "&plus;").replaceAll("/", "&sol;").replaceAll("=", "&equals;"),
    ],
    ["Base64", (text: string) => Buffer.from(`Bearer ${text}`).toString("base64")],
    ["Base64, one byte on", (text: string) => Buffer.from(`Bearer: ${text}, and so on`).toString("base64")],
    ["Base64, two bytes on", (text: string) => Buffer.from(`Bearer: "${text}"`).toString("base64")],
    ["Base64 of a URL", (text: string) => Buffer.from(`key:${text}`).toString("base64url")],
  ])("of %s", (_, write) => {
    const secret = "aB3+secret/Key~Value9_x==";
    const shown = said(`<pre>authorization: ${write(secret)}</pre>`, [secret]);
    expect(shown).toContain("[concealed]");
    const rest = shown.replace("[concealed]", "");
    for (const read of [rest, decodeURIComponent(rest), Buffer.from(rest, "base64").toString("latin1")]) {
      expect(read).not.toMatch(/secret|Key~Val/);
    }
  });
});

test.each([
  { status: 200, headers: {}, body: "other" },
  { status: null, code: "timeout", text: "no answer", wasWritten: true },
])("leaves %p alone", (answer) => {
  expect(conceal(answer, ["token"])).toBe(answer);
});

describe("a secret that is written with the escapes of JSON is taken out", () => {
  test.each([
    ["of = and /", (json: string) => json.replaceAll("=", "\\u003d").replaceAll("/", "\\/")],
    ["of = and / in capitals", (json: string) => json.replaceAll("=", "\\u003D").replaceAll("/", "\\u002F")],
    ["of every character", (json: string) => json.replaceAll(TOKEN, everyUnit).replaceAll(CREDENTIALS, everyUnit)],
    ["of a JSON within the text", (json: string) => json.replaceAll("=", "\\\\u003d").replaceAll("/", "\\\\\\/")],
  ])("%s, wherever a text may stand", (_, write) => {
    for (const secret of [TOKEN, CREDENTIALS]) {
      const shown = `header "${secret}" is\tbad`;
      for (const body of [
        { code: "x", text: shown },
        { code: "x", description: shown },
        { code: "x", error: { message: shown } },
        { code: "x", title: "no", detail: shown },
        { code: "x", message: shown },
        { code: "x", error: shown },
      ]) {
        expect(said(write(JSON.stringify(body)))).toContain('header "[concealed]" is\tbad');
      }
    }
  });

  test("also in a code, and in what is not JSON to its end", () => {
    expect(said(`{"code": "${everyUnit("abc.def-1")}"}`, ["abc.def-1"])).toBe("http_400: HTTP 400");
    expect(said('{"type": "https://example.com/abc\\u002edef", "title": "no"}', ["abc.def"])).toBe("http_400: no");
    expect(said('{"text": "Bearer tok\\/en+abc\\u003d\\u003d", ')).toBe('http_400: {"text": "Bearer [concealed]",');
    expect(said('<script>{"text": "tok\\/en+abc\\u003d="}</script>')).toContain("[concealed]");
  });

  test("whatever it is, and however it is written", () => {
    const printable = fc.integer({ min: 0x20, max: 0x7e }).filter((code) => code !== 0x5c);
    const unit = fc.tuple(printable, fc.constantFrom("plain", "hex", "HEX", "slash"));
    fc.assert(
      fc.property(fc.array(unit, { minLength: 3, maxLength: 30 }), (units) => {
        const secret = units.map(([code]) => String.fromCharCode(code)).join("");
        const text = units.map(([code, way]) => written(String.fromCharCode(code), way)).join("");
        const body = `{"code":"x","text":"<${text}>"}`;
        expect(JSON.parse(body)).toEqual({ code: "x", text: `<${secret}>` });
        expect(said(body, [secret])).toBe("x: <[concealed]>");
      }),
    );
  });

  test("and not one half of it is left where the text is shortened", () => {
    const text = `${"x".repeat(490)} ${TOKEN}`.replaceAll("=", "\\u003d");
    expect(said(`{"code":"x","text":"${text}"}`)).not.toContain("tok");
    expect(said(`${"x".repeat(490)} ${TOKEN}`)).not.toContain("tok");
  });
});

test("keeps what an error says beside a secret, and its form", () => {
  const body = { code: "x", text: 'a "quoted" \\ line\nand \u0001 é 😀 / \\u0022' };
  for (const json of [JSON.stringify(body), `{"code":"x","text":"${everyUnit(body.text)}"}`]) {
    expect(said(json)).toBe(`${body.code}: ${body.text}`);
  }
});

describe("a long token", () => {
  const token = Buffer.from(Array.from({ length: 700 }, (_, index) => (index * 7) % 251)).toString("base64url");

  test("is taken out in every way to write it, in turn", () => {
    const ways: ((character: string) => string)[] = [
      (character) => character,
      (character) => `%${character.charCodeAt(0).toString(16)}`,
      (character) => `%2525${character.charCodeAt(0).toString(16).toUpperCase()}`,
      (character) => `&#${character.charCodeAt(0)};`,
      (character) => `&amp;#x00${character.charCodeAt(0).toString(16)};`,
    ];
    const mixed = Array.from(token, (character, index) => ways[index % ways.length]?.(character) ?? "").join("");
    const inside = Buffer.from(`Authorization: Bearer ${token}`).toString("base64");
    const page = `<p>é ${mixed} and ${token.toUpperCase()}, ${token}${token}</p> ${inside} 100%`;
    const shown = said(page, [token]);
    expect(shown).toMatch(
      /^http_400: <p>é \[concealed\] and \[concealed\], \[concealed\]\[concealed\]<\/p> \w+\[concealed\][\w=]* 100%$/,
    );
  });

  test("is no pattern: whoever made one of it would spend his time on that", () => {
    const lengths: number[] = [];
    const RealRegExp = globalThis.RegExp;
    globalThis.RegExp = new Proxy(RealRegExp, {
      construct: (target, [source, flags]) => {
        lengths.push(String(source).length);
        return new target(source, flags);
      },
    });
    try {
      expect(said(`<p>${token}</p>`, [token])).toBe("http_400: <p>[concealed]</p>");
    } finally {
      globalThis.RegExp = RealRegExp;
    }
    expect(Math.max(0, ...lengths)).toBeLessThan(token.length);
  });
});

test("leaves what is written in an odd way as it is", () => {
  const page = "100%, 50%zz &#x110000; &#9999999; &unknown; &#; % & &amp; %25 é";
  expect(said(page)).toBe(`http_400: ${page}`);
  expect(said(`${page} ${TOKEN}`)).toBe(`http_400: ${page} [concealed]`);
});

test("takes out a secret that is not of ASCII", () => {
  expect(said("é: %70%C3%A4ss, &#112;ä&#x73;s", ["päss"])).toBe("http_400: é: [concealed], [concealed]");
});

test("takes no time for a body of backslashes", () => {
  for (const end of ["", "u", "u003", "x"]) {
    const body = "\\".repeat(2_000_000) + end;
    expect(conceal({ status: 500, headers: {}, body }, [TOKEN])).toEqual({ status: 500, headers: {}, body });
  }
});

/** One character of a JSON text, in a way that JSON allows. */
function written(character: string, way: string): string {
  const hex = character.charCodeAt(0).toString(16).padStart(4, "0");
  if (way === "hex") return `\\u${hex}`;
  if (way === "HEX") return `\\u${hex.toUpperCase()}`;
  if (way === "slash" && character === "/") return "\\/";
  return JSON.stringify(character).slice(1, -1);
}
