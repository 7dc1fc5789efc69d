import { readFileSync } from "node:fs";
import type { Heard } from "@volley/opt-outs";

/** A text that somebody might answer, and how it is to be heard. */
export type Labelled = {
  readonly language: string;
  readonly label: Heard;
  readonly why: string;
  readonly text: string;
};

/** The parts of the corpus: the rules were made by the first, mended by the second, and have not seen the others. */
export const PARTS = ["tuned", "found", "held-out", "blind"] as const;

/** Reads a part of the corpus: lines of language, label, why and the text, written as in JSON, with tabs between them. */
export function readCorpus(part: (typeof PARTS)[number]): Labelled[] {
  const file = new URL(`../../packages/opt-outs/corpus/${part}.tsv`, import.meta.url);
  const [, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const [language = "", label = "", why = "", text = ""] = line.split("\t");
    return { language, label: label as Heard, why, text: JSON.parse(`"${text}"`) as string };
  });
}
