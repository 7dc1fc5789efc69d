import { people } from "./people.ts";

/** What is posted where. */
export type Posting = {
  /** Of `POST /batches`. */
  readonly url: string;
  readonly token: string;
  readonly recipients: number;
  readonly perBatch: number;
  readonly concurrency: number;
};

const EXPIRES_IN_MS = 3 * 24 * 60 * 60_000 - 5 * 60_000;

/** Bodies of batches with the very fields that Volley's have. */
export function batchBodies({ recipients, perBatch }: Posting): string[] {
  return Array.from({ length: Math.ceil(recipients / perBatch) }, (_, index) =>
    JSON.stringify({
      type: "mt_text",
      from: "12015550123",
      body: "The doors open at seven. See you there!",
      to: [...people(Math.min(perBatch, recipients - index * perBatch), index * perBatch)],
      expire_at: new Date(Date.now() + EXPIRES_IN_MS).toISOString(),
      client_reference: `us-0123456789abcdefghjk.p${index}`,
    }),
  );
}
