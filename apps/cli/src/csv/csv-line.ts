/** What makes quotes necessary (RFC 4180). */
const SPECIAL = /[",\r\n]/;

/** One line of a CSV file, with its end. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map((field) => (SPECIAL.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",")}\n`;
}
