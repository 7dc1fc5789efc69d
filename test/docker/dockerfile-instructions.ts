/** One instruction of a Dockerfile: `{ keyword: "COPY", value: "package.json ./" }`. */
export interface Instruction {
  readonly keyword: string;
  readonly value: string;
}

/** The instructions of a Dockerfile in order, without comments, each continued line joined to its instruction. */
export function dockerfileInstructions(text: string): readonly Instruction[] {
  return text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [keyword = "", ...rest] = line.split(" ");
      return { keyword: keyword.toUpperCase(), value: rest.join(" ").trim() };
    });
}
