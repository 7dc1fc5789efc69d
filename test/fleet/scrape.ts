/** A metric of a scrape. */
export type ScrapedMetric = {
  readonly kind: string;
  /** The labels of its samples, without those that every metric has; empty where it has no sample. */
  readonly labels: readonly string[];
};

/** Labels that are not the metric's own: the process's, and those of buckets. */
const NOT_OWN: ReadonlySet<string> = new Set(["app", "le"]);

/** Reads what a process shows. @returns its metrics by name, without those of Node */
export async function scrape(
  url: string,
): Promise<{ readonly text: string; readonly metrics: Map<string, ScrapedMetric> }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const metrics = new Map<string, ScrapedMetric>();
  for (const [, name = "", kind = ""] of text.matchAll(/^# TYPE (volley_\w+) (\w+)$/gm)) {
    const samples = text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?(?:\\{(.*)\\})? `, "gm"));
    const labels = [...samples].flatMap(([, found = ""]) =>
      [...found.matchAll(/(\w+)="/g)].map(([, label = ""]) => label),
    );
    metrics.set(name, { kind, labels: [...new Set(labels)].filter((label) => !NOT_OWN.has(label)).toSorted() });
  }
  return { text, metrics };
}
