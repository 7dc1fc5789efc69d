import { describe, expect, it } from "@jest/globals";
import { sameTextOf } from "./same-text.ts";

const TEXT = { from: "Volley", body: "Hi ${name}, parcel ${number}!" };

const MEDIA = { from: "Volley", type: "mt_media", body: { url: "https://example.org/a.png", message: "Hi ${name}!" } };

const BINARY = { from: "Volley", type: "mt_binary", body: "aGVsbG8=", options: { udh: "060504" } };

describe("a text", () => {
  it.each<[string, object, object]>([
    ["its type said", TEXT, { ...TEXT, type: "mt_text" }],
    ["fields that are null", TEXT, { ...TEXT, type: null, options: null }],
    [
      "other times, reports, references and options",
      TEXT,
      {
        ...TEXT,
        send_at: "x",
        expire_at: "y",
        client_reference: "z",
        options: { flash_message: true },
        priority: "urgent",
      },
    ],
    ["its sender written otherwise", { ...TEXT, from: "12015550123" }, { ...TEXT, from: "+1 (201) 555-0123" }],
    ["other names of its placeholders", TEXT, { ...TEXT, body: "Hi ${first}, parcel ${no}!" }],
    [
      "its fields in another order",
      MEDIA,
      { ...MEDIA, body: { message: "Hi ${name}!", url: "https://example.org/a.png" } },
    ],
  ])("is the same with %s", (_, one, other) => {
    expect(sameTextOf(other).id).toBe(sameTextOf(one).id);
  });

  it.each<[string, object, object]>([
    ["another body", TEXT, { ...TEXT, body: "Hi ${name}, parcel ${number}?" }],
    ["another sender", TEXT, { ...TEXT, from: "VOLLEY" }],
    ["no sender", TEXT, { body: TEXT.body }],
    ["another type", { ...TEXT, body: "aGVsbG8=" }, BINARY],
    ["one placeholder in two places", { ...TEXT, body: "${a} ${b}" }, { ...TEXT, body: "${a} ${a}" }],
    ["words that look like a placeholder's number", { ...TEXT, body: "Hi ${name}" }, { ...TEXT, body: "Hi 0" }],
    ["another header", BINARY, { ...BINARY, options: { udh: "060505" } }],
    ["another file", MEDIA, { ...MEDIA, body: { ...MEDIA.body, url: "https://example.org/b.png" } }],
    ["a subject", MEDIA, { ...MEDIA, body: { ...MEDIA.body, subject: "News" } }],
  ])("is another one with %s", (_, one, other) => {
    expect(sameTextOf(other).id).not.toBe(sameTextOf(one).id);
  });

  it("names the values that are a recipient's own in the order of the text, whatever their names", () => {
    expect(sameTextOf(TEXT).placeholders).toEqual(["name", "number"]);
    expect(sameTextOf({ ...TEXT, body: "Hi ${b}${a}${b}" }).placeholders).toEqual(["b", "a"]);
    expect(sameTextOf(BINARY).placeholders).toEqual([]);
    expect(sameTextOf(MEDIA).placeholders).toEqual(["name"]);
  });

  it("cannot be read from its ID", () => {
    expect(sameTextOf(TEXT).id).toMatch(/^[\w-]{22}$/);
  });
});
