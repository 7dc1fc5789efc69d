import type { Cancellation } from "@volley/producer";
import { callBack } from "../stage/call-back.ts";
import { eventually } from "../stage/eventually.ts";
import { person } from "./orders.ts";
import { type CoreRig, REGION } from "./set-up-core.ts";

/** What was done that can be read back. */
type Done = { readonly optedOut: readonly string[]; readonly canceled: Cancellation };

const LONGEST_MS = 90_000;

/** Reads everything back, by the producer and over HTTP. @returns what is not as it must be */
export async function readBack(rig: CoreRig, { optedOut, canceled }: Done): Promise<string[]> {
  const { producer, until, idOf } = rig.service;
  const problems: string[] = [];
  const must = (is: boolean, text: string): void => void (is || problems.push(text));
  must(canceled.stopped === 1, `the cancellation stopped ${canceled.stopped} of 1`);
  const settled = async () => (await until(async () => producer.status(idOf("campaign"))))?.result;
  const result = await eventually(settled, "the campaign's end", LONGEST_MS);
  const listed = (await until(async () => producer.list({ limit: 1_000 }))).sends.map(({ id }) => id);
  must(new Set(listed).size === listed.length, "the list shows a send twice");
  for (const key of ["campaign", "urgent", "due", "canceled", "before-0", "meanwhile-0"])
    must(listed.includes(idOf(key)), `the list does not show ${key}`);
  const { batches } = await until(async () => producer.batches(idOf("campaign")));
  const inBatches = batches.reduce((sum, { recipients }) => sum + recipients, 0);
  must(inBatches === result.recipients.accepted, `${inBatches} people in the batches of the campaign's pages`);
  for (const number of optedOut) {
    const entries = await until(async () => producer.suppressions.check(number));
    must(entries.length === 1, "somebody who has opted out stands on the list no more");
  }
  // Sent once more after it was canceled, and nobody else was texted in its place.
  await eventually(() => rig.emulator.timesTexted(person(4)) > 0, "the one that is sent once more", LONGEST_MS);
  for (const [what, status] of await overHttp(rig, idOf("campaign"))) must(status === 200, `${what} answers ${status}`);
  return problems;
}

/** What each process answers: all of them have lived through it. */
async function overHttp(
  { api, webhooks, exporter, workers, service }: CoreRig,
  id: string,
): Promise<[string, number][]> {
  const options = { name: "core", scopes: ["sends:read"], regions: [REGION] };
  const { key } = await service.until(async () => service.producer.keys.create(options));
  const authorization = { authorization: `Bearer ${key}` };
  const ready = Object.entries({ api, webhooks, exporter, worker: { url: workers[0]?.url() ?? "" } });
  for (const [name, { url }] of ready) {
    const isReady = async (): Promise<boolean> => (await fetch(`${url}/readyz`)).status === 200;
    await eventually(isReady, `a ready ${name}`);
  }
  return [
    ["GET /v1/sends/{id}", (await fetch(`${api.url}/v1/sends/${id}`, { headers: authorization })).status],
    ["a callback", await callBack(webhooks, person(1))],
    ["GET /metrics of the exporter", (await fetch(`${exporter.url}/metrics`)).status],
  ];
}
