/** Options and, for those that are left out or `undefined`, their defaults. */
export function withDefaults<Options extends object>(defaults: Options, given: Partial<Options>): Options {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(said) as Partial<Options>) };
}
