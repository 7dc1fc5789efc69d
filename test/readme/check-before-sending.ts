import type { CheckReport, Producer, SendToMany } from "@volley/producer";

/** Looks at a send before it goes out; nothing is enqueued. */
export async function checkBeforeSending(producer: Producer, send: SendToMany): Promise<CheckReport> {
  const report = await producer.check(send, { region: "eu", pricePerSegment: 0.045 });

  console.log(report.recipients.valid, report.recipients.rejectedAt); // 2 [ { index: 1, reason: 'invalid_msisdn' } ]
  console.log(report.segments?.total, report.segments?.unicode?.codePoint); // 4 U+2019
  console.log(report.price?.total, report.duration?.seconds); // 0.18, and how long it takes at the limits of eu
  return report;
}
