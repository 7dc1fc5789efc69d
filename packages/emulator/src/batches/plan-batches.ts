import type { Batch } from "./batch.ts";

/** The batches of one plan, findable by ID and by reference. */
export class PlanBatches {
  readonly byId = new Map<string, Batch>();
  readonly #accepted: Batch[] = [];
  readonly #byReference = new Map<string, Batch[]>();

  add(batch: Batch): void {
    this.#accepted.push(batch);
    this.byId.set(batch.id, batch);
    this.#index(batch);
  }

  /** Puts a batch under its present reference, in place of the one before. */
  move(batch: Batch, before: string | undefined): void {
    if (batch.content.clientReference === before) return;
    if (before !== undefined) {
      const others = this.list(before).filter((other) => other !== batch);
      this.#byReference.set(before, others);
    }
    this.#index(batch);
    // IDs sort by the time they were given.
    this.#byReference.get(batch.content.clientReference ?? "")?.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** In the order they were accepted; only those with the reference if one is given. */
  list(clientReference?: string): readonly Batch[] {
    return clientReference === undefined ? this.#accepted : (this.#byReference.get(clientReference) ?? []);
  }

  #index(batch: Batch): void {
    const { clientReference } = batch.content;
    if (clientReference === undefined) return;
    const sameReference = this.#byReference.get(clientReference);
    if (sameReference === undefined) this.#byReference.set(clientReference, [batch]);
    else sameReference.push(batch);
  }
}
