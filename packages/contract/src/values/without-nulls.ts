/** How far into each field of a send nulls are looked for. Fields of the provider that Volley does not know stay as they are. */
const LEVELS: Readonly<Record<string, number>> = { body: 1, parameters: 2, staged: 3, options: 1 };

/**
 * The same send without the fields that are null: clients of many languages write one for each field that they have not
 * set, and the provider reads them as left out, too (sinch-facts 2). So does Volley, at every level that it knows: in a
 * body, among parameters and their values, in a stage, among the options. An entry of a list stays, because those after
 * it would move.
 *
 * @param send - whatever may be one, as it came out of JSON or from a caller
 * @returns the very same where there is no null in it, which nearly every send is
 */
export function withoutNulls<Data>(send: Data): Data {
  // What lacks a field that was null is still what it was: no field that is null is one that has to be there.
  return cleared(send, (key) => LEVELS[key] ?? 0) as Data;
}

function cleared(value: unknown, levelsOf: (key: string) => number): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  let isSame = true;
  const entries: [string, unknown][] = [];
  for (const key of Object.keys(value)) {
    const entry: unknown = Reflect.get(value, key);
    const kept = clearedWithin(entry, levelsOf(key));
    isSame &&= entry !== null && kept === entry;
    if (entry !== null) entries.push([key, kept]);
  }
  // fromEntries defines fields, `__proto__` among them, and sets nothing.
  return isSame ? value : Object.fromEntries(entries);
}

function clearedWithin(value: unknown, levels: number): unknown {
  if (levels === 0) return value;
  if (!Array.isArray(value)) return cleared(value, () => levels - 1);
  const entries = value.map((entry: unknown) => clearedWithin(entry, levels - 1));
  return entries.every((entry, index) => entry === value[index]) ? value : entries;
}
