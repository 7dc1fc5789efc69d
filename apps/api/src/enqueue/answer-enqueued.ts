/** The answer to a request whose send is on its queue, now or since an earlier one with the same key. */
export function answerEnqueued<Body extends { readonly id: string; readonly alreadyEnqueued: boolean }>(
  enqueued: Body,
) {
  return {
    status: 202,
    body: enqueued,
    headers: {
      location: `/v1/sends/${enqueued.id}`,
      ...(enqueued.alreadyEnqueued && { "idempotent-replayed": "true" }),
    },
  };
}
