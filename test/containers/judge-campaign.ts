/** How often people were texted, by the provider's own list. */
export type CampaignVerdict = {
  readonly asked: number;
  readonly lost: number;
  readonly twice: number;
  /** Texted, though nobody had asked for it. */
  readonly strangers: number;
};

/**
 * Counts who was texted how often.
 *
 * @param asked - the numbers that a campaign was for, without `+`
 * @param texted - the numbers of every batch that the provider accepted, one after the other
 */
export function judgeCampaign(asked: readonly string[], texted: readonly string[]): CampaignVerdict {
  const times = new Map<string, number>();
  for (const number of texted) times.set(number, (times.get(number) ?? 0) + 1);
  const wanted = new Set(asked);
  return {
    asked: wanted.size,
    lost: asked.filter((number) => !times.has(number)).length,
    twice: [...times.values()].filter((count) => count > 1).length,
    strangers: [...times.keys()].filter((number) => !wanted.has(number)).length,
  };
}
