import { CountTable } from "./count-table.ts";

/** The sums over all recipients. */
export interface RecipientTotals {
  /** Distinct recipients that were texted at least once. */
  readonly recipients: number;
  /** Texts in all. */
  readonly texted: number;
  /** Recipients that were texted twice or more. */
  readonly texted_more_than_once: number;
}

/** How often every recipient was texted: numbers in a compact table, group IDs in a map. */
export class RecipientCounts {
  #numbers = new CountTable();
  #groups = new Map<string, number>();
  /** Texts to groups whose members are counted; apart, since they are in no sum. */
  #noted = new Map<string, number>();
  #recipients = 0;
  #texted = 0;
  #repeated = 0;

  /** Counts one text to each recipient (see `recipientKey`); one that is listed twice was texted twice. */
  add(keys: Iterable<number | string>): void {
    for (const key of keys) {
      const count = typeof key === "number" ? this.#numbers.increment(key) : this.#shiftGroup(key, 1);
      this.#texted += 1;
      if (count === 1) this.#recipients += 1;
      else if (count === 2) this.#repeated += 1;
    }
  }

  /** Notes a text to a group whose members are counted one by one: it is no recipient itself. */
  noteGroup(id: string, by: 1 | -1): void {
    this.#noted.set(id, (this.#noted.get(id) ?? 0) + by);
  }

  /** Takes back what `add` counted, for a batch that was canceled before it went out. */
  subtract(keys: Iterable<number | string>): void {
    for (const key of keys) {
      const count = typeof key === "number" ? this.#numbers.decrement(key) : this.#shiftGroup(key, -1);
      this.#texted -= 1;
      if (count === 0) this.#recipients -= 1;
      else if (count === 1) this.#repeated -= 1;
    }
  }

  /** How often this recipient was texted. */
  times(key: number | string): number {
    return typeof key === "number"
      ? this.#numbers.get(key)
      : (this.#groups.get(key) ?? 0) + (this.#noted.get(key) ?? 0);
  }

  totals(): RecipientTotals {
    return { recipients: this.#recipients, texted: this.#texted, texted_more_than_once: this.#repeated };
  }

  clear(): void {
    this.#numbers = new CountTable();
    this.#groups.clear();
    this.#noted.clear();
    this.#recipients = 0;
    this.#texted = 0;
    this.#repeated = 0;
  }

  #shiftGroup(id: string, by: 1 | -1): number {
    const count = (this.#groups.get(id) ?? 0) + by;
    this.#groups.set(id, count);
    return count;
  }
}
