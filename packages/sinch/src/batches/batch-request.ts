/** The body of `POST /batches` in the provider's own names. Fields that Volley does not know pass through. */
export type BatchRequest = {
  readonly to: readonly string[];
  readonly client_reference: string;
  readonly [field: string]: unknown;
};
