const DIGITS: ReadonlyMap<string, string> = new Map([
  ["0", "o"],
  ["1", "i"],
  ["3", "e"],
  ["4", "a"],
  ["5", "s"],
  ["7", "t"],
  ["$", "s"],
  ["@", "a"],
]);

/** What may be written together with a word that asks to stop: "stoptexting", "pleasestop", "stop2end". */
const JOINED = [
  ..."stop unsubscribe remove optout cancel quit please pls plz texting texts text messages messaging message sms".split(
    " ",
  ),
  ..."sending spam spamming calling calls all now it this these me my number from list 2 to end us you the ads".split(
    " ",
  ),
  ..."thanks everything contacting alerts mails emails emailing svp aub bitte merci danke gracias grazie".split(" "),
];

const MEANT = ["stop", "unsubscribe", "remove", "optout", "cancel", "quit"];

/** What a slip of the finger makes of STOP by turning two letters around, and how it is drawled; other slips may be other words. */
const TURNED = new Set(["tsop", "sotp", "stpo", "stahp", "stawp"]);

const SLIPS = new Set(
  (
    "stp sto sop stoo stip stiop stoip stio stpp stpop dtop wtop ztop xtop syop srop sgop sttop sstop stob shtop " +
    "stopo stopl stopm astop etop st9p stopz stup"
  ).split(" "),
);

/** Longer words are no words. */
const LONGEST = 40;

/** A word as it is spelt where a reader would take it for one of ours, or else itself. */
export function respell(word: string): string {
  if (word.length > LONGEST)
    return withoutRepetitions(word).length <= LONGEST ? respell(withoutRepetitions(word)) : word;
  // "STOP1": of digits beside a word for it nothing is spelt.
  const bare = word.replaceAll(/^\d+|\d+$/g, "");
  if (MEANT.includes(bare)) return bare;
  const letters =
    /[\d$@]/.test(word) && /\p{L}/u.test(word) ? word.replaceAll(/[\d$@]/g, (one) => DIGITS.get(one) ?? one) : word;
  const once = withoutRepetitions(letters);
  for (const spelling of new Set([word, letters, once, once.replace(/(.)\1$/u, "$1")])) {
    if (MEANT.includes(spelling)) return spelling;
    const meant = MEANT.find((each) => spelling.includes(each));
    if (meant !== undefined && isJoined(spelling)) return meant;
  }
  if (TURNED.has(word)) return "stop";
  return withoutRepetitions(word);
}

/** Whether a word on its own may be a slip of the finger for STOP. */
export function isSlip(word: string): boolean {
  return SLIPS.has(word);
}

/** Letters that are there more than twice in a row, once. */
function withoutRepetitions(word: string): string {
  return word.replaceAll(/(.)\1{2,}/gu, "$1");
}

/** Whether it is made of such words, one after another. */
function isJoined(word: string): boolean {
  const reached = new Set([0]);
  for (let place = 0; place < word.length; place += 1) {
    if (!reached.has(place)) continue;
    for (const part of JOINED) if (word.startsWith(part, place)) reached.add(place + part.length);
  }
  return reached.has(word.length);
}
