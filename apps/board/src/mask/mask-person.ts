/** A number as pages show it: enough for somebody who knows it, and for nobody else. */
export function maskedNumber(number: unknown): string {
  if (typeof number !== "string" || number === "") return "–";
  return /^\+?\d{7,}$/.test(number) ? `+…${number.slice(-2)}` : `recipient of ${number.length} characters`;
}

/** A text as pages show it. */
export function maskedText(text: unknown): string {
  if (typeof text !== "string") return "–";
  return text === ""
    ? "empty"
    : `text of ${text.length.toLocaleString("en-US")} ${text.length === 1 ? "character" : "characters"}`;
}
