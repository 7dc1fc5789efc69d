import { type CheckReport, createProducer, type SendToMany } from "@volley/producer";

/** Looks at a send before it goes out; nothing is enqueued. */
export async function checkBeforeSending(redis: string, prefix: string, send: SendToMany): Promise<CheckReport> {
  const producer = createProducer({ redis, prefix });
  const report = await producer.check(send, { region: "eu", pricePerPart: 0.045 });
  await producer.close();

  console.log(report.recipients.valid, report.recipients.invalidAt); // 2 [ { index: 1, reason: 'invalid_msisdn' } ]
  console.log(report.parts?.total, report.parts?.unicode?.codePoint); // 4 U+2019
  console.log(report.price?.total, report.duration?.seconds); // 0.18, and how long it takes at the limits of eu
  return report;
}
