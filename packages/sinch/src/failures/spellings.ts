/** How HTML names characters that tokens are made of. */
const NAMED: Readonly<Record<string, string>> = {
  "+": "plus",
  "=": "equals",
  "/": "sol",
  "&": "amp",
  '"': "quot",
  "'": "apos",
  "<": "lt",
  ">": "gt",
  ":": "colon",
  ".": "period",
  _: "lowbar",
};

/** Base64 has two alphabets. */
const OTHER_ALPHABET: Readonly<Record<string, string>> = { "+": "-", "/": "_" };

/** A shorter piece of Base64 stands in a page by chance. */
const SHORTEST_BASE64 = 8;

/**
 * Finds a text however a page writes it: as it is, each character as a URL or HTML may have it, and inside of anything
 * that is written in Base64, such as a whole header.
 */
export function spellingsOf(text: string): RegExp {
  const spellings = [inCharacters(text), ...insideBase64(text).map((base64) => inCharacters(base64, OTHER_ALPHABET))];
  return new RegExp(spellings.join("|"), "gi");
}

function inCharacters(text: string, others: Readonly<Record<string, string>> = {}): string {
  return Array.from(text)
    .map((character) => {
      const codes = [...Buffer.from(character)].map((byte) => byte.toString(16).padStart(2, "0"));
      const code = character.codePointAt(0) ?? 0;
      return `(?:${[
        exactly(character),
        ...(others[character] ? [exactly(others[character])] : []),
        codes.map((hex) => `%(?:25)*${hex}`).join(""),
        `&(?:amp;)*#x0*${code.toString(16)};`,
        `&(?:amp;)*#0*${code};`,
        ...(NAMED[character] ? [`&(?:amp;)*${NAMED[character]};`] : []),
      ].join("|")})`;
    })
    .join("");
}

/** A text in Base64 depends on what stands before it by its place among three bytes, and on that for its ends alone. */
function insideBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2]
    .map((before) => {
      const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
      return base64.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    })
    .filter(({ length }) => length >= SHORTEST_BASE64);
}

function exactly(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}\-/]/g, String.raw`\$&`);
}
