import { hear, type Heard } from "@volley/opt-outs";
import { type Labelled, PARTS, readCorpus } from "./corpus.ts";

const LANGUAGES = ["en", "fr", "de", "es", "pt", "it", "nl", "pl", "sv", "other"] as const;

const LABELS = ["stop", "maybe", "no", "start", "help"] as const;

const HEADINGS = ["texts", "missed", "held", "recall", "held for nothing", "precision of `stop`"];

type Judged = Labelled & { readonly heard: Heard };

/** What of the corpus is heard as it is labelled: a table by language and one by label for each of its parts. */
export function measure(): string {
  return PARTS.map((part) => {
    const judged = readCorpus(part).map((labelled) => ({ ...labelled, heard: hear(labelled.text) }));
    const there = LANGUAGES.filter((each) => judged.some(({ language }) => language === each));
    const byLanguage = there.map((language) =>
      languageRow(
        language,
        judged.filter((one) => one.language === language),
      ),
    );
    byLanguage.push(languageRow("all", judged));
    return [
      `### ${part}`,
      table(["language", ...HEADINGS], byLanguage),
      table(["labelled", ...LABELS], labelRows(judged)),
    ].join("\n\n");
  }).join("\n\n");
}

/** Texts labelled stop that are heard as something else are missed, unless they are held for a person. */
function languageRow(name: string, judged: readonly Judged[]): string[] {
  const count = (label: Heard | "any", ...heard: readonly Heard[]): number =>
    judged.filter((one) => (label === "any" || one.label === label) && heard.includes(one.heard)).length;
  const plain = judged.filter(({ label }) => label === "stop").length;
  const held = count("stop", "maybe");
  const missed = plain - held - count("stop", "stop");
  const stops = count("any", "stop");
  return [
    name,
    String(judged.length),
    String(missed),
    String(held),
    percent(plain - missed, plain),
    String(count("no", "maybe")),
    percent(count("stop", "stop"), stops),
  ];
}

function labelRows(judged: readonly Judged[]): string[][] {
  return LABELS.map((label) => {
    const some = judged.filter((one) => one.label === label);
    return [label, ...LABELS.map((heard) => String(some.filter((one) => one.heard === heard).length))];
  });
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`;
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(3, ...lines.map((line) => (line[column] ?? "").length)));
  const print = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [print(headings), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(print)].join(
    "\n",
  );
}
