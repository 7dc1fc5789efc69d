/** A JSON object with the names of the wire; times are ISO strings. */
export type Wire = Readonly<Record<string, unknown>>;

/** A batch or a group as the provider shows it. */
export interface Shown extends Wire {
  readonly id: string;
}

/**
 * The Sinch SMS API, as any client has it: plain data in and out, so that one suite tests all of them.
 *
 * Lists give the entries of all pages. A refusal by the provider is thrown as `SmsApiRefusal`.
 */
export interface SmsApi {
  sendBatch(body: Wire): Promise<Shown>;
  dryRun(body: Wire, query?: { per_recipient?: boolean; number_of_recipients?: number }): Promise<Wire>;
  listBatches(query: Wire): Promise<Shown[]>;
  getBatch(id: string): Promise<Shown>;
  updateBatch(id: string, changes: Wire): Promise<Shown>;
  replaceBatch(id: string, body: Wire): Promise<Shown>;
  cancelBatch(id: string): Promise<Shown>;
  sendDeliveryFeedback(id: string, recipients: readonly string[]): Promise<void>;
  getDeliveryReport(
    id: string,
    query?: { type?: "summary" | "full"; status?: string; code?: string },
  ): Promise<{ readonly statuses: readonly Wire[] } & Wire>;
  getRecipientReport(id: string, number: string): Promise<Wire>;
  listDeliveryReports(query: Wire): Promise<Wire[]>;
  listInbounds(query: Wire): Promise<Wire[]>;
  getInbound(id: string): Promise<Wire>;
  createGroup(body: Wire): Promise<Shown>;
  listGroups(query: Wire): Promise<Shown[]>;
  getGroup(id: string): Promise<Shown>;
  updateGroup(id: string, changes: Wire): Promise<Shown>;
  replaceGroup(id: string, body: Wire): Promise<Shown>;
  deleteGroup(id: string): Promise<void>;
  listGroupMembers(id: string): Promise<readonly string[]>;
}

/** What the provider said instead of doing it. */
export class SmsApiRefusal extends Error {
  readonly status: number;
  /** Sinch's `code`; undefined where there was none. */
  readonly code: string | undefined;

  constructor(status: number, code: string | undefined) {
    super(`the provider answers ${status} ${code ?? ""}`);
    this.status = status;
    this.code = code;
  }
}

/** Who calls, and where. */
export type SmsApiAccess =
  | { readonly url: string; readonly servicePlanId: string; readonly apiToken: string }
  | { readonly url: string; readonly projectId: string; readonly keyId: string; readonly keySecret: string };
