import { LANGUAGES } from "../words/languages.ts";
import { type Clause, clausesOf, type Token } from "./clauses.ts";
import { fold, foldWord } from "./fold.ts";
import { judge, type Judgement } from "./judge.ts";
import { createLexicon, type Lexicon, remember } from "./lexicon.ts";
import { isMisspelt } from "./misspelt.ts";
import { takeApart } from "./own-words.ts";
import { isSlip, respell } from "./respell.ts";
import { unitsOf } from "./units.ts";

/**
 * What somebody who answers a message wants.
 *
 * - `stop`: no more messages. `maybe`: that may be meant; a person has to read it.
 * - `start`: messages again. `help`: to know who sends them.
 * - `no`: something else.
 */
export type Heard = "stop" | "maybe" | "no" | "start" | "help";

/** What an operator may add. */
export type HearingOptions = {
  /** Words that alone mean START, too, for instance YES. @default none */
  readonly startWords?: readonly string[];
};

/** Words by which the language is told. */
const TELLING_WORDS = 300;

/** Words on a line that may be somebody's name below a message. */
const LONGEST_NAME = 5;

/** Longer clauses are not looked up in languages other than the text's. */
const LONGEST_BARE = 4;

/** In longer clauses no misspelt word is looked for. */
const LONGEST_MISSPELT = 8;

/** Longer texts are read in one language only, where several know as many words of it. */
const LONG = 1_000;

/** Spellings that are kept at hand. */
const MOST_SPELLINGS = 2_000;

const spell = remember(MOST_SPELLINGS, respell);

let known: readonly Lexicon[] | undefined;

/** Hears what a text asks for, in time by its length. */
export function hear(text: string, { startWords = [] }: HearingOptions = {}): Heard {
  const { own, quoted } = takeApart(fold(text));
  const clauses = clausesOf(own);
  const heard = hearClauses(clauses);
  // STOP stays STOP, whatever an operator takes for START.
  if (heard !== "stop" && heard !== "maybe" && isOneOf(clauses, startWords)) return "start";
  if (heard !== "no" || quoted.trim() === "") return heard;
  // Whoever quotes nothing but STOP may mean it.
  return hearClauses(clausesOf(quoted)) === "stop" ? "maybe" : "no";
}

function isOneOf(clauses: readonly Clause[], words: readonly string[]): boolean {
  const said = clauses.flatMap(({ tokens }) => tokens.map(({ word }) => word)).join(" ");
  return said !== "" && words.some((word) => foldWord(word.trim()) === said);
}

function hearClauses(clauses: readonly Clause[]): Heard {
  known ??= LANGUAGES.map((words) => createLexicon(words));
  const languages = languagesOf(clauses, known);
  const lexicons = known;
  const judgeSaid = new Map<string, Judgement>();
  const judged = clauses.map((clause) => {
    const said =
      clause.tokens.length > LONGEST_BARE ? "" : clause.tokens.map(({ word, isLoud }) => `${word}${isLoud}`).join(" ");
    const judgement = judgeSaid.get(said) ?? judgeClause(clause, languages, lexicons);
    if (said !== "") judgeSaid.set(said, judgement);
    return { ...clause, judgement };
  });
  const has = (...kinds: readonly Judgement[]): boolean => judged.some(({ judgement }) => kinds.includes(judgement));
  const isStop = has("stop", "bare");
  if (isStop && (has("keep", "start") || isLaughing(clauses, languages))) return "maybe";
  if (has("stop")) return "stop";
  if (has("bare")) return isAlone(judged) ? "stop" : "maybe";
  if (has("maybe")) return "maybe";
  if (has("nothing", "keep")) return "no";
  if (has("refusal")) return "maybe";
  if (has("start")) return has("help") || isAgainstStart(clauses, languages) ? "no" : "start";
  return has("help") ? "help" : "no";
}

/** "No, begin", "can we start", "start?" */
function isAgainstStart(clauses: readonly Clause[], languages: readonly Lexicon[]): boolean {
  const words = clauses.flatMap(({ tokens }) => tokens.map(({ word }) => word));
  const isAgainst = words.some((word) => languages.some(({ look }) => look(word).classes.has("against")));
  return isAgainst || clauses.some(({ isAsked }) => isAsked);
}

/** A word alone is meant, a word on a line of its own, and one with nothing beside it that is about something else. */
function isAlone(judged: readonly (Clause & { readonly judgement: Judgement })[]): boolean {
  const others = judged.filter(({ judgement }) => judgement === "nothing");
  const lines = new Set(judged.filter(({ judgement }) => judgement === "bare").map(({ line }) => line));
  if (others.some(({ line }) => lines.has(line))) return false;
  return others.every(({ line, tokens }) => line > Math.min(...lines) || tokens.length <= LONGEST_NAME);
}

function judgeClause({ tokens }: Clause, languages: readonly Lexicon[], all: readonly Lexicon[]): Judgement {
  const judgements = languages.map((lexicon) => judge(unitsOf(tokens, lexicon, spell)));
  const first = strongest(judgements);
  if (first === "keep" || first === "stop" || first === "bare") return first;
  if (tokens.length > LONGEST_BARE) return first === "nothing" ? judgeMisspelt(tokens, languages, all) : first;
  // A word that is all that is said is understood in every language.
  const elsewhere = all.filter((lexicon) => !languages.includes(lexicon));
  const isBare = elsewhere.some((lexicon) => judge(unitsOf(tokens, lexicon, spell)) === "bare");
  if (isBare) return "bare";
  if (first !== "nothing") return first;
  return tokens.length === 1 && isSlip(tokens[0]?.word ?? "") ? "maybe" : judgeMisspelt(tokens, languages, all);
}

/** "Abbestelen", "bitte abbestelen": a word that nobody knows, and that is nearly one for it. */
function judgeMisspelt(tokens: Clause["tokens"], languages: readonly Lexicon[], all: readonly Lexicon[]): Judgement {
  if (tokens.length > LONGEST_MISSPELT) return "nothing";
  const isMeant = ({ word }: Token): boolean => isMisspelt(word) && !all.some(({ look }) => look(word).isKnown);
  if (!tokens.some(isMeant)) return "nothing";
  const isBeside = ({ word }: Token): boolean => languages.some(({ look }) => look(word).classes.has("filler"));
  return tokens.every((token) => isMeant(token) || isBeside(token)) ? "bare" : "maybe";
}

const ORDER: readonly Judgement[] = ["stop", "bare", "maybe", "keep", "start", "help", "refusal", "nothing", "filler"];

function strongest(judgements: readonly Judgement[]): Judgement {
  return ORDER.find((each) => judgements.includes(each)) ?? "filler";
}

/** The languages that know the most words of a text, several where they know the same number. */
function languagesOf(clauses: readonly Clause[], all: readonly Lexicon[]): readonly Lexicon[] {
  const words = clauses.flatMap(({ tokens }) => tokens.map(({ word }) => word));
  const telling = words.slice(0, TELLING_WORDS);
  const counts = all.map(({ look }) => telling.filter((word) => look(word).classes.size > 0).length);
  const most = Math.max(...counts);
  return all.filter((_, place) => counts[place] === most).slice(0, words.length > LONG ? 1 : all.length);
}

function isLaughing(clauses: readonly Clause[], languages: readonly Lexicon[]): boolean {
  const words = clauses.flatMap(({ tokens }) => tokens.map(({ word }) => word));
  return words.some((word) => LAUGHS.test(word) && languages.some(({ look }) => look(word).classes.has("doubt")));
}

/** Words of doubt that are laughs. */
const LAUGHS = /^(?:lol|lmao|rofl|xd|mdr|ptdr|rs|kkk|\p{Extended_Pictographic})|^(?:ha|hi|ja|he|ah){2}/u;
