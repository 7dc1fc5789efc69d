/** A page with what URLs and HTML write in their own way put plainly, byte by byte: each byte of UTF-8 is a character. */
export type PlainPage = {
  readonly text: string;
  /** Where in the bytes of the page as it came a place in the text is. */
  readonly originOf: (place: number) => number;
};

/** How HTML names characters that secrets are made of. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ["plus", "+"],
  ["equals", "="],
  ["sol", "/"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
  ["lt", "<"],
  ["gt", ">"],
  ["colon", ":"],
  ["period", "."],
  ["lowbar", "_"],
]);

/** A character of a URL or of HTML, also where one URL or page is a part of another. */
const WRITTEN = new RegExp(
  `%(?:25)*([\\da-f]{2})|&(?:amp;)*(?:#x0*([\\da-f]{1,6})|#0*(\\d{1,7})|(${[...NAMED.keys()].join("|")}));`,
  "gi",
);

/** @param bytes - the page, each byte of it as a character */
export function readPage(bytes: string): PlainPage {
  /** Behind each character that was written in another way: its place in the text, and in the page. */
  const steps: { readonly place: number; readonly origin: number }[] = [];
  let shorter = 0;
  const text = bytes.replaceAll(WRITTEN, (written: string, ...found: unknown[]) => {
    const plain = plainly(found.slice(0, 4)) ?? written;
    const origin = Number(found[4]) + written.length;
    shorter += written.length - plain.length;
    steps.push({ place: origin - shorter, origin });
    return plain;
  });
  return { text, originOf: (place) => originIn(steps, place) };
}

function originIn(steps: readonly { readonly place: number; readonly origin: number }[], place: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.place ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  const step = steps[low - 1] ?? { place: 0, origin: 0 };
  return step.origin + place - step.place;
}

/** @param found - a byte, a code in hexadecimal or decimal digits, or a name: one of them */
function plainly([byte, hex, decimal, name]: unknown[]): string | undefined {
  if (typeof byte === "string") return String.fromCharCode(Number.parseInt(byte, 16));
  if (typeof name === "string") return NAMED.get(name.toLowerCase());
  const code = typeof hex === "string" ? Number.parseInt(hex, 16) : Number(decimal);
  return code > 0x10ffff ? undefined : Buffer.from(String.fromCodePoint(code)).toString("latin1");
}
