/** Reads the value of an option of a command. @throws TypeError naming the option */
export function wholeNumber(name: string, text: string, [least, most]: readonly [number, number]): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (number < least || number > most) {
    throw new TypeError(`--${name}: expected a whole number from ${least} to ${most}, got ${JSON.stringify(text)}`);
  }
  return number;
}
