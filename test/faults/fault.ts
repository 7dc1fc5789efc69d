import type { Rig } from "./set-up-rig.ts";

/** A series of `/metrics` that has to move while a fault lasts, by which an operator knows it. */
export type Telltale = { readonly name: string; readonly label?: string };

/** What a probe of the first worker has to answer in the end, while the fault is still there; `null` is no answer. */
type Probed = 200 | 503 | null;

/** One row of the table: something that breaks while texts go out, and how it is mended. */
export type Fault = {
  /** For `--only`. */
  readonly name: string;
  /** For the table. */
  readonly title: string;
  /** Before the workers start. @returns variables for them, beside the usual ones */
  readonly prepare?: (rig: Rig) => Promise<Readonly<Record<string, string>>>;
  readonly begin: (rig: Rig) => Promise<unknown>;
  readonly mend: (rig: Rig) => Promise<unknown>;
  /** @default 20000 */
  readonly lastsMs?: number;
  /** People in the one large send. @default as many as in every other row */
  readonly large?: number;
  /** What it may cost beyond what every row may. */
  readonly atMost?: { readonly firstTextAfterMs: number; readonly questions: number };
  readonly tells: Telltale;
  readonly livez: Probed;
  readonly readyz: Probed;
};
