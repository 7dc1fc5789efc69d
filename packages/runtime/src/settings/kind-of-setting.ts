/** A number as short as settings have them. */
const SHORT_NUMBER = /^[+-]?\d{1,6}(?:[.,]\d{1,3})?$/;

/**
 * What a variable holds, in words: never the value itself, which may be a token in the wrong place. A short number, and a
 * word that the variable knows in another spelling, are shown.
 *
 * @param words - what the variable may hold
 * @returns for example `nothing`, `"70000"`, `"INFO"`, `32 characters`
 */
export function kindOfSetting(value: string | undefined, words: readonly string[] = []): string {
  if (value === undefined) return "nothing";
  const isWord = words.some((word) => word.toLowerCase() === value.toLowerCase());
  if (isWord || SHORT_NUMBER.test(value)) return JSON.stringify(value);
  return value.length === 1 ? "1 character" : `${value.length.toLocaleString("en")} characters`;
}
