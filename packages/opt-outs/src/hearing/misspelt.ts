/** Words that ask to stop, so long that nearly no other word is like them. */
const KEYWORDS = (
  "unsubscribe optout desabonner desabonnez desabonnement desinscrire desinscription desinscrivez abmelden abmeldung abbestellen " +
  "abbestellung austragen desuscribir desuscribirme suscripcion descadastrar descadastre desinscrever cancelamento disiscrivetemi " +
  "disiscrivimi disiscrivermi disiscrizione cancellatemi cancellami disabbonare uitschrijven uitschrijving afmelden afmelding " +
  "opzeggen wypiszcie wyrejestruj wyrejestrowac rezygnuje rezygnacja avregistrera avregistrering avprenumerera avanmalan wypisz"
).split(" ");

/** Shorter ones are meant only where two letters are turned around. */
const SHORTEST_EDITED = 8;

/** In longer ones two letters may be wrong. */
const LONG = 12;

const LONGEST = Math.max(...KEYWORDS.map(({ length }) => length)) + 2;

/** Whether a word, folded, is one that asks to stop but for a letter or two that are too many, missing, wrong or turned around. */
export function isMisspelt(word: string): boolean {
  return word.length > 4 && word.length <= LONGEST && KEYWORDS.some((keyword) => isNearly(word, keyword));
}

function isNearly(word: string, keyword: string): boolean {
  if (word === keyword || Math.abs(word.length - keyword.length) > 2) return false;
  if (keyword.length < SHORTEST_EDITED) return isTurned(word, keyword);
  const most = keyword.length < LONG ? 1 : 2;
  return distance(word, keyword, most) <= most;
}

function isTurned(word: string, keyword: string): boolean {
  const at = keyword.split("").findIndex((letter, place) => letter !== word.charAt(place));
  const turned = keyword.slice(0, at) + keyword.charAt(at + 1) + keyword.charAt(at) + keyword.slice(at + 2);
  return turned === word;
}

/** How many letters are to be put in, left out, replaced or turned around; more than `most` are not counted further. */
function distance(one: string, other: string, most: number): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, place) => place)];
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one.charAt(row - 1) === other.charAt(column - 1);
      const replaced = (last[column - 1] ?? 0) + (isSame ? 0 : 1);
      let least = Math.min(replaced, (last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1);
      const isTurn =
        one.charAt(row - 1) === other.charAt(column - 2) && one.charAt(row - 2) === other.charAt(column - 1);
      if (isTurn && row > 1 && column > 1) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      next.push(least);
    }
    if (Math.min(...next) > most) return most + 1;
    [before, last] = [last, next];
  }
  return last[other.length] ?? 0;
}
