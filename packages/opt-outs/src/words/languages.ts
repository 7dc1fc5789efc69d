import { dutch } from "./dutch.ts";
import { english } from "./english.ts";
import { french } from "./french.ts";
import { german } from "./german.ts";
import { italian } from "./italian.ts";
import { polish } from "./polish.ts";
import { portuguese } from "./portuguese.ts";
import { spanish } from "./spanish.ts";
import { swedish } from "./swedish.ts";
import type { Words } from "./word-class.ts";

/** The languages whose sentences are understood. Of others a few words are. */
export const LANGUAGES: readonly Words[] = [
  english,
  french,
  german,
  spanish,
  portuguese,
  italian,
  dutch,
  polish,
  swedish,
];
