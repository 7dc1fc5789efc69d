/** Lines that come before a quoted message end with ":" and have one of these in them, folded. */
const HEADERS = [
  "wrote",
  "a ecrit",
  "schrieb",
  "escribio",
  "escreveu",
  "ha scritto",
  "schreef",
  "napisal",
  "skrev",
  "original message",
  "forwarded message",
];

/** Lines that telephones put below a message begin with one of these, folded. */
const SIGNATURES = [
  "sent from my",
  "sent via",
  "get outlook",
  "envoye de mon",
  "envoye depuis",
  "von meinem",
  "gesendet von",
  "enviado desde",
  "enviado do",
  "enviado de",
  "enviado a partir",
  "inviato da",
  "verzonden vanaf",
  "verstuurd vanaf",
  "wyslane z",
  "wyslano z",
  "skickat fran",
  "skickad fran",
];

/** Somebody who quotes a word or two means it; more are somebody else's. */
const LONGEST_OWN_QUOTE = 3;

const CLOSING: ReadonlyMap<string, string> = new Map([
  ["“", "”“"],
  ["„", "“”"],
  ["«", "»"],
  ['"', '"'],
]);

/**
 * Takes a text apart into what its author says and what is quoted: lines of an answered message, and quotes of more than a few
 * words. What a telephone or a signature adds is in neither.
 *
 * @param text - folded
 */
export function takeApart(text: string): { readonly own: string; readonly quoted: string } {
  const [own, quoted]: [string[], string[]] = [[], []];
  const lines = text.split(/\r\n|[\n\r\u0085\u2028\u2029]/);
  const hasMarks = lines.some((line) => line.trimStart().startsWith(">"));
  let isSaid = false;
  for (const line of lines) {
    const plain = line.trim().toLowerCase();
    if (plain.startsWith(">")) quoted.push(line.replaceAll(">", " "));
    else if (isSaid && isHeader(plain)) {
      if (!hasMarks) break;
    } else if (isSaid && (plain === "--" || /^[_-]{3,}/.test(plain))) break;
    else if (!SIGNATURES.some((start) => plain.startsWith(start))) {
      own.push(line);
      isSaid ||= plain !== "";
    }
  }
  const apart = takeQuotes(own.join("\n"));
  if (apart.own.trim() === "") return { own: apart.quoted, quoted: quoted.join("\n") };
  return { own: apart.own, quoted: [...quoted, apart.quoted].join("\n") };
}

function isHeader(line: string): boolean {
  const isMarked = line.endsWith(":") || line.endsWith("--");
  return isMarked && line.length < 400 && HEADERS.some((word) => line.includes(word));
}

function takeQuotes(text: string): { readonly own: string; readonly quoted: string } {
  const [own, quoted]: [string[], string[]] = [[], []];
  let place = 0;
  while (place < text.length) {
    const opening = indexOfOpening(text, place);
    const end = opening === -1 ? -1 : indexOfOneOf(text, CLOSING.get(text.charAt(opening)) ?? "", opening + 1);
    own.push(text.slice(place, opening === -1 ? text.length : opening));
    if (opening === -1) break;
    // A quote without an end goes to the end where its mark can only begin one.
    const isOpen = end === -1 && text.charAt(opening) === '"';
    const inside = isOpen ? "" : text.slice(opening + 1, end === -1 ? text.length : end);
    (hasAtMost(inside, LONGEST_OWN_QUOTE) ? own : quoted).push(` ${inside} `);
    if (end === -1 && !isOpen) break;
    place = isOpen ? opening + 1 : end + 1;
    if (isOpen) return { own: own.join("") + text.slice(place), quoted: quoted.join("\n") };
  }
  return { own: own.join(""), quoted: quoted.join("\n") };
}

function indexOfOpening(text: string, from: number): number {
  for (let place = from; place < text.length; place += 1) if (CLOSING.has(text.charAt(place))) return place;
  return -1;
}

function indexOfOneOf(text: string, characters: string, from: number): number {
  for (let place = from; place < text.length; place += 1) if (characters.includes(text.charAt(place))) return place;
  return -1;
}

function hasAtMost(text: string, words: number): boolean {
  return text.split(/\s+/, words + 3).filter((word) => word !== "").length <= words;
}
