/** The column that a placeholder stands for. */
export type FoundColumn =
  | { readonly kind: "found"; readonly name: string; readonly isOtherCase: boolean }
  /** Their names differ from it, and from each other, in upper and lower case alone. */
  | { readonly kind: "several"; readonly names: readonly string[] }
  | { readonly kind: "none" };

/**
 * Finds the column that a placeholder stands for: the one of its name, however its letters are composed and whatever
 * blanks are between its words, or the only one whose name differs from it in upper and lower case alone.
 */
export function columnFor(placeholder: string, names: readonly string[]): FoundColumn {
  const exact = names.find((name) => plain(name) === plain(placeholder));
  if (exact !== undefined) return { kind: "found", name: exact, isOtherCase: false };
  const [name, ...others] = names.filter((one) => plain(one).toLowerCase() === plain(placeholder).toLowerCase());
  if (name === undefined) return { kind: "none" };
  if (others.length > 0) return { kind: "several", names: [name, ...others] };
  return { kind: "found", name, isOtherCase: true };
}

/** A heading of a spreadsheet may have line breaks in it, and its umlauts may be two characters each. */
function plain(text: string): string {
  return text.normalize("NFC").replaceAll(/\s+/g, " ").trim();
}
