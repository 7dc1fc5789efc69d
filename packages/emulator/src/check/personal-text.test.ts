import { describe, expect, test } from "@jest/globals";
import { personalText } from "./personal-text.ts";

describe("personalText", () => {
  test("fills in each recipient's values, however the number is written, or the default", () => {
    const text = personalText({
      body: "Hi ${name}, code ${code}! ${name}?",
      parameters: { name: { "+46701234567": "Ann", default: "there" }, code: { "46701234567": "$&1", default: "2" } },
    });
    expect(text.textFor(46701234567)).toBe("Hi Ann, code $&1! Ann?");
    expect(text.textFor(46701234568)).toBe("Hi there, code 2! there?");
  });

  test("does not reach a recipient without value and default, and reaches the others", () => {
    const text = personalText({ body: "Hi ${name}", parameters: { name: { "46701234567": "Ann" } } });
    expect([text.reaches(46701234567), text.reaches(46701234568)]).toEqual([true, false]);
  });

  test("reaches nobody when a placeholder has no parameter, nor one that only objects inherit", () => {
    const parameters = { name: { default: "x" } };
    expect(personalText({ body: "${other}", parameters }).reaches(46701234567)).toBe(false);
    expect(personalText({ body: "${toString}", parameters }).reaches(46701234567)).toBe(false);
  });

  test("takes the text as it stands without parameters", () => {
    expect(personalText({ body: "costs ${5}" }).textFor(46701234567)).toBe("costs ${5}");
    expect(personalText({ body: "costs ${5}", parameters: { 5: null } }).textFor(46701234567)).toBe("costs ${5}");
  });

  test("takes null as no value", () => {
    const text = personalText({ body: "Hi ${name}", parameters: { name: { "46701234567": null, default: null } } });
    expect(text.reaches(46701234567)).toBe(false);
    const other = personalText({ body: "Hi ${name}", parameters: { name: { "46701234567": null, default: "you" } } });
    expect(other.textFor(46701234567)).toBe("Hi you");
  });

  test("cuts texts to one segment, and nothing else", () => {
    const url = `https://example.com/${"x".repeat(200)}`;
    const media = personalText({ type: "mt_media", body: { url }, truncate_concat: true });
    expect(media.textFor(46701234567)).toBe(url);
    const text = personalText({ type: null, body: "x".repeat(200), truncate_concat: true });
    expect(text.textFor(46701234567)).toBe("x".repeat(160));
  });

  test("gives the message or the URL of a media message, and the body of a binary one", () => {
    const url = "https://example.com/a.jpg";
    expect(personalText({ type: "mt_media", body: { url, message: "Look" } }).textFor(46701234567)).toBe("Look");
    expect(personalText({ type: "mt_media", body: { url } }).textFor(46701234567)).toBe(url);
    expect(personalText({ type: "mt_binary", body: "SGk=", udh: "00" }).textFor(46701234567)).toBe("SGk=");
  });
});
