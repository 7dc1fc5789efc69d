import leven from "leven";

/** Names that people use for a field and that are not near it in spelling, written as {@link plain} writes them. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["text", "body"],
  ["message", "body"],
  ["content", "body"],
  ["recipients", "to"],
  ["numbers", "to"],
  ["phones", "to"],
  ["form", "from"],
  ["sender", "from"],
  ["originator", "from"],
  ["reference", "client_reference"],
  ["schedule", "send_at"],
  ["scheduleat", "send_at"],
  ["scheduledat", "send_at"],
  ["expiry", "expire_at"],
  ["callback", "callback_url"],
  ["webhook", "callback_url"],
  ["webhookurl", "callback_url"],
  ["params", "parameters"],
  ["variables", "parameters"],
]);

/** No known field is near a longer name, and comparing spellings takes time in proportion to its length. */
const LONGEST_COMPARED = 40;

/**
 * The known field that somebody meant by an unknown one.
 *
 * @param name - the unknown field
 * @param fields - the known ones
 * @returns `undefined` when none is near in spelling or meaning
 */
export function nearestField(name: string, fields: readonly string[]): string | undefined {
  if (name.length > LONGEST_COMPARED) return undefined;
  const other = OTHER_NAMES.get(plain(name));
  if (other !== undefined && fields.includes(other)) return other;
  const [nearest] = fields
    .map((field) => ({ field, distance: leven(plain(name), plain(field)) }))
    .filter(({ field, distance }) => distance <= allowedDistance(plain(field)))
    .sort((a, b) => a.distance - b.distance);
  return nearest?.field;
}

/** A third of the characters. A field of one letter is near to nothing else: every letter would be near to it. */
function allowedDistance(field: string): number {
  return field.length === 1 ? 0 : Math.max(1, Math.floor(field.length / 3));
}

/** `sendAt`, `send-at`, `Send At` and `send_at` are the same word. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[\s_-]/g, "");
}
