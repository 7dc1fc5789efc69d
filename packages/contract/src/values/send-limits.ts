/** What Sinch takes, and the values chosen where its sources disagree. Each limit is named in the problem it causes. */
export const LIMITS = {
  /** Delivery codes have three digits. */
  deliveryCode: 999,
  /** Codes in `retry_codes`. */
  retryCodes: 100,
  /** Entries of `to` in one provider batch (Sinch: 1 to 1,000). */
  recipientsPerBatch: 1_000,
  /** Entries of `to` that travel inside one job. */
  inlineRecipients: 100_000,
  /** A list of more entries than this is staged by the producer instead of travelling inside the job. */
  unstagedRecipients: 10_000,
  /** Recipients in one send, staged. A count is shown to everybody: a longer number may be somebody's. */
  stagedRecipients: 999_999_999,
  /** Characters of a text body, counted in UTF-16 code units (Sinch: 2,000; which unit it counts is not published). */
  bodyCharacters: 2_000,
  /** Characters of a parameter's key on the wire (Sinch's older documents: 16; newer ones state none). */
  wireKeyCharacters: 16,
  /** Characters of a parameter's value (Sinch: 1,600; its older documents say 160). */
  parameterValueCharacters: 1_600,
  /** Characters of the caller's own reference, so that the reference on the wire stays within 128. */
  ownReferenceCharacters: 80,
  /** Characters of a label, by which sends are found again. */
  labelCharacters: 80,
  /** Characters of a callback URL (Sinch: 2,048). */
  callbackUrlCharacters: 2_048,
  /** An `expire_at` may be at most this long after `send_at`, or after now without one (Sinch: three days). */
  expiryMs: 3 * 24 * 60 * 60 * 1_000,
  /** How far in the past a `send_at` may lie when its send is enqueued: further is a mistyped date. */
  sendAtPastMs: 60 * 60 * 1_000,
  /** Levels of objects and lists inside one another; a send with Sinch's own fields has three. */
  nestingLevels: 32,
  /** Recipients that a result names in `rejected`; the count beside them is complete. */
  rejectedInResult: 1_000,
  /** Batches that a result names in `batches`; the others are had by page. */
  batchesInResult: 1_000,
  /** Parts that a result names in `errors`. */
  errorsInResult: 1_000,
} as const;
