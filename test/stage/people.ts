/**
 * Numbers that nobody owns, each once, as they go over the wire.
 *
 * @param count - how many
 * @param first - where to begin, so that two sends of a test have nobody in common
 */
export function people(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, index) => String(46_990_000_000 + first + index));
}
