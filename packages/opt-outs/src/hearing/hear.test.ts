import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { hear } from "./hear.ts";

describe("STOP is heard", () => {
  test.each([
    [
      "however it is written",
      ["STOP", "stop", " Stop\r\n", "StOp!", '"stop"', "(STOP)", "«Stop»", "*stop*", "#STOP", "S-T-O-P"],
    ],
    [
      "with letters that only look like it",
      ["ＳＴＯＰ", "SТОР", "ѕтор", "𝐒𝐓𝐎𝐏", "ⓈⓉⓄⓅ", "🆂🆃🅾🅿", "🇸🇹🇴🇵", "ꜱᴛᴏᴘ", "śţöp", "5T0P"],
    ],
    [
      "with characters that nobody sees",
      ["S\u200BT\u200DO\u00ADP", "\uFEFFSTOP", "st\u0000op", "\u202Estop\u202C", "s\u0336t\u0336o\u0336p"],
    ],
    [
      "with courtesies and anger",
      ["Stop. Thank you", "please STOP", "STOP!!!! 😡😡", "ok stop now please", "Stop bitte", "stop merci"],
    ],
    [
      "above a signature or what is answered",
      ["STOP\nJohn Smith\nSales", "stop\n\n> Big sale! Reply HELP for help", "Stop\nSent from my iPhone"],
    ],
    [
      "in languages of which only a word is known",
      ["стоп", "退订", "停止", "στοπ", "ΣΤΟΠ", "停止してください", "หยุด", "עצור"],
    ],
    ["with a digit beside it", ["Stop1", "1stop"]],
  ])("%s", (_how, texts) => {
    expect(texts.map((text) => [text, hear(text)])).toEqual(texts.map((text) => [text, "stop"]));
  });
});

test("what somebody else said is not heard", () => {
  const quoting = [
    "Liked “Big sale! Reply STOP to opt out”",
    "> Reply STOP to end",
    "see you\n-----Original Message-----\nText STOP to stop",
    'ok so "Reply STOP to end all messages" it is',
  ];
  expect(quoting.map((text) => hear(text))).toEqual(["no", "no", "no", "no"]);
  expect(hear("> STOP")).toBe("maybe");
  expect(hear("I told them “please stop sending me messages now”")).toBe("maybe");
});

test("both STOP and START, or STOP and its contrary, are for a person to decide", () => {
  expect(hear("STOP. START")).toBe("maybe");
  expect(hear("Stop texting me. No, don't stop")).toBe("maybe");
});

test("YES means START only where an operator says so", () => {
  expect(hear("Yes")).toBe("no");
  expect(hear(" yes! ", { startWords: ["YES"] })).toBe("start");
  expect(hear("yes we can", { startWords: ["YES"] })).toBe("no");
  expect(hear("start")).toBe("start");
  expect(hear("STOP", { startWords: ["stop"] })).toBe("stop");
});

test("START and HELP are heard only where they are all that is said", () => {
  expect(
    ["START", "please start again", "HELP!", "start the car", "help me move the piano"].map((text) => hear(text)),
  ).toEqual(["start", "start", "help", "no", "no"]);
  const refused = ["no start", "No, begin", "No. Start", "Can we start?", "can we start", "Start?"];
  expect(refused.map((text) => [text, hear(text)])).toEqual(refused.map((text) => [text, "no"]));
});

test("what a phrase itself denies is not turned around", () => {
  const texts = [
    "do not text me again",
    "DO NOT TEXT",
    "do not text or call me",
    "do not disturb me",
    "do not use this number for marketing",
    "Kindly refrain from messaging me",
    "no me molesten",
  ];
  expect(texts.map((text) => [text, hear(text)])).toEqual(texts.map((text) => [text, "stop"]));
});

test("a word that is said of other things, too, is none beside them, and may be one beside what nobody knows", () => {
  const others = ["Bitte Termin abmelden", "Ich muss den Termin morgen kündigen", "I revoke the offer", "Trip to Peru"];
  expect(others.map((text) => [text, hear(text)])).toEqual(others.map((text) => [text, "no"]));
  const doubtful = ["Baja California", "alto", "halt so", "The end", "à la fin", "no more", "PERU", "Anna stop"];
  expect(doubtful.map((text) => [text, hear(text)])).toEqual(doubtful.map((text) => [text, "maybe"]));
  const plain = ["Baja", "Abmelden", "kündigen", "END", "Widerruf", "I no longer wish to be contacted"];
  expect(plain.map((text) => [text, hear(text)])).toEqual(plain.map((text) => [text, "stop"]));
});

test("a long word for it is heard with a letter wrong, and may be meant beside words that nobody knows", () => {
  const alone = [
    "unsubsribe",
    "usubscribe",
    "Abbestelen",
    "abmleden bitte",
    "disiscivetemi",
    "uitschijven",
    "avregistera",
  ];
  expect(alone.map((text) => [text, hear(text)])).toEqual(alone.map((text) => [text, "stop"]));
  expect(hear("gratis abbestelen")).toBe("maybe");
  expect(hear("anmelden")).toBe("start");
  const others = ["ummelden", "Paket vor der Tür abstellen", "avbeställa", "wpisz"];
  expect(others.map((text) => [text, hear(text)])).toEqual(others.map((text) => [text, "no"]));
});

test("who cannot write, or has not got what they wait for, asks for nothing to be stopped", () => {
  const texts = [
    "I can't text right now, call me",
    "You didn't send me the code",
    "no me mandaron el código",
    "não recebi nada, podem enviar de novo?",
    "non ho ricevuto nessun messaggio",
    "nie mogę teraz pisać, proszę dzwonić",
    "fick inget sms, kan ni skicka igen?",
    "não tenho o número, me manda?",
    "will nicht stören, aber wann kommt ihr?",
  ];
  expect(texts.map((text) => [text, hear(text)])).toEqual(texts.map((text) => [text, "no"]));
});

test("what is asked for somebody else, on terms, or of the past is for a person to decide", () => {
  const texts = [
    "take my sister's number off",
    "one more text and I'm unsubscribing",
    "If you text me again I will opt out",
    "Did you unsubscribe me?",
  ];
  expect(texts.map((text) => [text, hear(text)])).toEqual(texts.map((text) => [text, "maybe"]));
});

test("what is not wanted is messages where they are named, and may be where nothing is", () => {
  const stops = [
    "j'veux pu de textos",
    "je veux plus recevoir de sms",
    "Mein Vater ist tot, bitte keine Nachrichten mehr",
  ];
  expect(stops.map((text) => [text, hear(text)])).toEqual(stops.map((text) => [text, "stop"]));
  const doubtful = [
    "i dont need these anymore, sold the car",
    "nie chcę",
    "No quiero",
    "könnt ihr nicht aufhören zu schreiben",
  ];
  expect(doubtful.map((text) => [text, hear(text)])).toEqual(doubtful.map((text) => [text, "maybe"]));
  const others = ["nie chcę cebuli", "no quiero cebolla", "Ich will keinen Zucker"];
  expect(others.map((text) => [text, hear(text)])).toEqual(others.map((text) => [text, "no"]));
});

test("a lawyer's words are a stop, complaints and refusals may be one", () => {
  const objections = [
    "I object to direct marketing",
    "Je m'oppose à la prospection",
    "ik maak bezwaar tegen deze reclame",
  ];
  expect(objections.map((text) => [text, hear(text)])).toEqual(objections.map((text) => [text, "stop"]));
  const doubtful = [
    "you guys text WAY too much",
    "ihr nervt",
    "che palle sti sms",
    "no thanks",
    "Nej tack",
    "Nie, dziękuję",
  ];
  expect(doubtful.map((text) => [text, hear(text)])).toEqual(doubtful.map((text) => [text, "maybe"]));
  const others = ["I object to the parking fee", "Der Zug nervt heute, komme später", "no thanks, I have one", "no"];
  expect(others.map((text) => [text, hear(text)])).toEqual(others.map((text) => [text, "no"]));
});

test("what a negation says twice, it says once", () => {
  const texts = [
    "não me mandem mais nada",
    "Ne m'écrivez plus jamais",
    "non scrivetemi mai più",
    "nie piszcie nigdy więcej",
  ];
  expect(texts.map((text) => [text, hear(text)])).toEqual(texts.map((text) => [text, "stop"]));
});

test("an instruction that goes no further may be meant", () => {
  expect(["Reply STOP", "send stop", "Reply STOP to end"].map((text) => hear(text))).toEqual(["maybe", "maybe", "no"]);
});

describe("a text of 100,000 characters", () => {
  const LENGTH = 100_000;
  const pieces = [
    "stop ",
    "a",
    "s.t.o.p.",
    "stop",
    "a ",
    "'a",
    "> ",
    '"',
    "“a ",
    "don't stop ",
    "sto\u0336",
    "ﷺ",
    "1",
    "\n",
    ". stop",
    "🛑",
    "stop x ",
  ];
  test.each(pieces)("of %j is heard, and no longer for it than for others", (piece) => {
    const answer = hear(piece.repeat(Math.ceil(LENGTH / piece.length)));
    expect(["stop", "maybe", "no"]).toContain(answer);
  });
});

test("any text has an answer", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.array(fc.integer({ min: 0, max: 65_535 })).map((units) => String.fromCharCode(...units)),
  );
  const answers = new Set(["stop", "maybe", "no", "start", "help"]);
  expect(() => fc.assert(fc.property(anything, (text) => answers.has(hear(text))))).not.toThrow();
});
