import type { Failure, Outcome, SinchClient } from "../src/index.ts";

/** A call, what it is on the wire, and what it came to. A walk over a list comes to its last entry. */
export type NamedCall = {
  readonly name: string;
  /** Method, and address below the plan. */
  readonly request: string;
  readonly run: (client: SinchClient) => Promise<{ readonly kind: string } | Failure | Outcome | undefined>;
};

/** What no failure may hold. */
export const RECIPIENT = "46709876543";

/** What no failure may hold either. */
export const TEXT = "Dear Ann";

const SINCE = new Date("2026-11-29T08:00:00Z");

/** A batch to one recipient. */
export const BATCH = { to: [RECIPIENT], client_reference: "spring~eu-1", from: "12015550123", body: TEXT };

/** Every call of the client once. */
export const EVERY_CALL: readonly NamedCall[] = [
  call("sendBatch", "POST /batches", async (client) => client.sendBatch(BATCH)),
  call(
    "findBatch",
    "GET /batches?client_reference=spring%7Eeu-1&start_date=2026-11-29T08%3A00%3A00.000Z&page=0&page_size=100",
    async (client) => client.findBatch("spring~eu-1", SINCE),
  ),
  call("cancelBatch", "DELETE /batches/a%2Fb", async (client) => client.cancelBatch("a/b")),
  call("readBatch", "GET /batches/a%2Fb", async (client) => client.readBatch("a/b")),
  call("batches.send", "POST /batches", async ({ batches }) => batches.send(BATCH)),
  call(
    "batches.list",
    "GET /batches?start_date=2026-11-29T08%3A00%3A00.000Z&from=12015550123%2CVolley",
    async (client) => client.batches.list({ start_date: SINCE, from: ["12015550123", "Volley"] }),
  ),
  call("batches.all", "GET /batches?start_date=2026-11-29&page=0&page_size=100", async ({ batches }) =>
    last(batches.all({ start_date: "2026-11-29" })),
  ),
  call("batches.get", "GET /batches/a%2Fb", async ({ batches }) => batches.get("a/b")),
  call("batches.update", "POST /batches/a%2Fb", async ({ batches }) =>
    batches.update("a/b", { to_add: [RECIPIENT], send_at: null }),
  ),
  call("batches.replace", "PUT /batches/a%2Fb", async ({ batches }) => batches.replace("a/b", BATCH)),
  call("batches.cancel", "DELETE /batches/a%2Fb", async ({ batches }) => batches.cancel("a/b")),
  call("batches.dryRun", "POST /batches/dry_run?per_recipient=true&number_of_recipients=0", async ({ batches }) =>
    batches.dryRun(BATCH, { per_recipient: true, number_of_recipients: 0 }),
  ),
  call("batches.deliveryFeedback", "POST /batches/a%2Fb/delivery_feedback", async ({ batches }) =>
    batches.deliveryFeedback("a/b", [RECIPIENT]),
  ),
  call(
    "deliveryReports.ofBatch",
    "GET /batches/a%2Fb/delivery_report?type=full&status=Delivered%2CFailed&code=0%2C401",
    async ({ deliveryReports }) =>
      deliveryReports.ofBatch("a/b", { type: "full", status: ["Delivered", "Failed"], code: [0, 401] }),
  ),
  call(
    "deliveryReports.ofRecipient",
    `GET /batches/a%2Fb/delivery_report/%2B${RECIPIENT}`,
    async ({ deliveryReports }) => deliveryReports.ofRecipient("a/b", `+${RECIPIENT}`),
  ),
  call(
    "deliveryReports.list",
    "GET /delivery_reports?start_date=2026-11-29T08%3A00%3A00.000Z&code=402",
    async ({ deliveryReports }) => deliveryReports.list({ start_date: SINCE, code: [402] }),
  ),
  call(
    "deliveryReports.all",
    "GET /delivery_reports?start_date=2026-11-29T08%3A00%3A00.000Z&page=0&page_size=100",
    async ({ deliveryReports }) => last(deliveryReports.all({ start_date: SINCE })),
  ),
  call("inbounds.list", "GET /inbounds?start_date=2026-11-29T08%3A00%3A00.000Z&to=12015550123", async ({ inbounds }) =>
    inbounds.list({ start_date: SINCE, to: ["12015550123"] }),
  ),
  call(
    "inbounds.all",
    "GET /inbounds?start_date=2026-11-29T08%3A00%3A00.000Z&page=0&page_size=100",
    async ({ inbounds }) => last(inbounds.all({ start_date: SINCE })),
  ),
  call("inbounds.get", "GET /inbounds/a%2Fb", async ({ inbounds }) => inbounds.get("a/b")),
  call("groups.create", "POST /groups", async ({ groups }) => groups.create({ name: TEXT, members: [RECIPIENT] })),
  call("groups.list", "GET /groups", async ({ groups }) => groups.list()),
  call("groups.all", "GET /groups?page=0&page_size=100", async ({ groups }) => last(groups.all())),
  call("groups.get", "GET /groups/a%2Fb", async ({ groups }) => groups.get("a/b")),
  call("groups.update", "POST /groups/a%2Fb", async ({ groups }) => groups.update("a/b", { name: null })),
  call("groups.replace", "PUT /groups/a%2Fb", async ({ groups }) => groups.replace("a/b", { members: [RECIPIENT] })),
  call("groups.delete", "DELETE /groups/a%2Fb", async ({ groups }) => groups.delete("a/b")),
  call("groups.members", "GET /groups/a%2Fb/members", async ({ groups }) => groups.members("a/b")),
  call("groups.tags", "GET /groups/a%2Fb/tags", async ({ groups }) => groups.tags("a/b")),
  call("groups.updateTags", "POST /groups/a%2Fb/tags", async ({ groups }) =>
    groups.updateTags("a/b", { add: ["vip"], remove: [] }),
  ),
  call("groups.replaceTags", "PUT /groups/a%2Fb/tags", async ({ groups }) => groups.replaceTags("a/b", ["vip"])),
];

function call(name: string, request: string, run: NamedCall["run"]): NamedCall {
  return { name, request, run };
}

/** The last entry of a walk over a list. */
export async function last<T>(entries: AsyncIterable<T>): Promise<T | undefined> {
  let found: T | undefined;
  for await (const entry of entries) found = entry;
  return found;
}
