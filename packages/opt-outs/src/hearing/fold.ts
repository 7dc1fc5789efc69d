const SMALL_CAPITALS = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ";

/** Letters that look like a Latin one, or that no normal form takes apart. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
  ..."ЅТОРЕАВСНКМХІЈУ".split("").map((letter, at): [string, string] => [letter, "STOPEABCHKMXIJY".charAt(at)]),
  ..."ѕторeасхіјуезгԁո".split("").map((letter, at): [string, string] => [letter, "stopeacxijye3rdn".charAt(at)]),
  ..."ΤΟΡΕΑΒΗΚΜΝΙΧΥΖ".split("").map((letter, at): [string, string] => [letter, "TOPEABHKMNIXYZ".charAt(at)]),
  ..."τορσαεικνυ".split("").map((letter, at): [string, string] => [letter, "topoaeiknu".charAt(at)]),
  ...SMALL_CAPITALS.split("").map((letter, at): [string, string] => [letter, "ABCDEFGHIJKLMNOPQRSTUVW".charAt(at)]),
  ["ł", "l"],
  ["Ł", "L"],
  ["ø", "o"],
  ["Ø", "O"],
  ["ß", "ss"],
  ["æ", "ae"],
  ["đ", "d"],
  ["ı", "i"],
  ["’", "'"],
  ["‘", "'"],
  ["ʼ", "'"],
  ["´", "'"],
  ["`", "'"],
]);

/** Letters in black circles, in black squares, and of flags, each an alphabet from A to Z. */
const FRAMED = [0x1f150, 0x1f170, 0x1f1e6];

const LETTERS = 26;

/** A character that stands for more letters is an ornament. */
const MOST_LETTERS = 4;

/** Accents and what nobody sees: directions, joiners, fillers of Hangul. */
const UNSEEN = /[\p{M}\p{Cf}\p{Cs}\p{Co}\u115F\u1160]/gu;

const folded = new Map<string, string>();

/**
 * What a person sees, in plain letters: without accents and invisible characters, the ones that only look like Latin letters
 * replaced. Upper case stays.
 */
export function fold(text: string): string {
  let plain = "";
  for (const character of text)
    plain += character < "\u0080" && character >= " " ? character : foldCharacter(character);
  return plain;
}

/** There are 150,000 characters: what each is like is found once. */
function foldCharacter(character: string): string {
  const known = folded.get(character);
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  const alphabet = FRAMED.find((first) => code >= first && code < first + LETTERS);
  const apart = alphabet === undefined ? character.normalize("NFKD") : String.fromCodePoint(65 + code - alphabet);
  let plain = apart.length > MOST_LETTERS ? " " : "";
  if (plain === "") for (const each of apart) plain += LOOK_ALIKES.get(each) ?? each;
  // Of the characters that steer a terminal only those are seen that blanks are made of.
  plain = code < 0x20 && !/\s/.test(character) ? "" : plain.replaceAll(UNSEEN, "");
  folded.set(character, plain);
  return plain;
}

/** A word of a text or of a list of words, as they are compared. */
export function foldWord(word: string): string {
  return fold(word).toLowerCase();
}
