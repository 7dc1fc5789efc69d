import { amount } from "../problems/kind-of.ts";
import type { Rejection } from "../recipients/read-recipients.ts";
import { misspellingOf } from "../recipients/recipient.ts";
import { faultOf, type LineFault } from "../recipients/wrong-recipient.ts";

/** What was expected of a recipient who is rejected, behind the word "expected". It never repeats what was written. */
export function recipientExpectation({ reason, recipient }: Rejection): string {
  const fault = reason ?? faultOf(recipient);
  if (fault !== null) return EXPECTED_OF_LINE[fault];
  return `an international number of 7 to 15 digits or a group ID, got ${kindOfEntry(recipient)}`;
}

/** What was expected of a line that stands in a list as nobody's. */
const EXPECTED_OF_LINE: Readonly<Record<LineFault, string>> = {
  missing_cells: "a cell for the number, the region and each value of the text, got too few cells",
  too_many_cells: "at most as many cells as the heading has, got more",
  other_region: "the region of the send or none, got another one",
  invalid_parameters: "values that are texts of at most 1,600 characters, got something else",
  invalid_json: "JSON, got something else",
  invalid_line: "a text, or an object with to and parameters, got something else",
  no_route: "a number with a route, got one that no prefix covers",
  missing_parameter: "a value for every placeholder that has no default, got too few",
};

function kindOfEntry(recipient: string): string {
  switch (misspellingOf(recipient)) {
    case "national":
      return "a national one; write it with the code of its country, +46 70… in place of 070…";
    case "zero_in_brackets":
      return "one with a (0); leave the (0) out: it is dialed within the country alone";
    case "shortened":
      return "one that a spreadsheet has shortened; its last digits are lost: format the column as text, fill it in anew";
    case null:
      return amount(recipient.length, "character", "characters");
  }
}
