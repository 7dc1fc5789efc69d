import { normaliseRecipient } from "@volley/contract";
import { type Heading, nameOf, severalInWords } from "./read-heading.ts";
import { ListError } from "../terms/list-error.ts";

/** As people write a number for somebody in another country. */
const INTERNATIONAL = /^\s*(?:\+|00)/;

/** Digits and what people write between them: seven to fifteen, as in a number. */
const DIGITS = /^(?:\D*\d){7,15}\D*$/;

const NOTHING_BUT_DIGITS = /^[\d\s()[\]-]+$/;

const DATE = /^\d{1,4}-\d{1,2}-\d{1,4}$/;

/**
 * Looks whether a line contradicts the name by which the column of numbers was chosen: another column has a number, and
 * this one nothing that is more certain to be one. A date counts for no number.
 *
 * @throws ListError naming both columns
 */
export function requireNoRival(heading: Heading, cells: readonly string[], line: number): void {
  const { names, numberIndex, rivals, numberColumnOption } = heading;
  if (rivals.length === 0) return;
  const isCertain = isInternational(cells[numberIndex] ?? "");
  const isRival = isCertain ? isInternational : isNumber;
  const rival = rivals.find((index) => isRival(cells[index] ?? ""));
  if (rival === undefined) return;
  const both = [numberIndex, rival].toSorted((one, other) => one - other);
  const columns = both.map((index) => nameOf(names, index));
  throw new ListError(`line ${line}: ${severalInWords(columns, numberColumnOption)}`, { line });
}

function isInternational(text: string): boolean {
  return INTERNATIONAL.test(text) && normaliseRecipient(text) !== null;
}

function isNumber(text: string): boolean {
  const isDigits = NOTHING_BUT_DIGITS.test(text) && DIGITS.test(text) && !DATE.test(text);
  return isDigits || isInternational(text);
}
