import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Emulator, startEmulator } from "@volley/emulator";
import { createSinchClient } from "@volley/sinch";
import { describeSmsApi } from "./sms-api-suite.ts";
import { ANN, BOB, DAY_MS, inFuture, TEXT } from "./sms-api/example.ts";
import { ourApi } from "./sms-api/our-client.ts";
import { sdkApi } from "./sms-api/sdk-client.ts";
import { PLAN, PROJECT } from "./sms-api/sms-api-stage.ts";
import type { SmsApi, SmsApiAccess, SmsApiRefusal, Wire } from "./sms-api/sms-api.ts";
import { eventually } from "./stage/eventually.ts";

describeSmsApi("our client", ourApi);

describe.each([
  ["a service plan's token", PLAN],
  ["a project's key", PROJECT],
])("our client and Sinch's own SDK, with %s,", (_name, credentials) => {
  let emulator: Emulator;
  let access: SmsApiAccess;

  beforeAll(async () => {
    const { projectId, ...key } = PROJECT;
    emulator = await startEmulator({
      plans: { [PLAN.servicePlanId]: PLAN.apiToken },
      projects: { [projectId]: key },
      speed: 1_000,
    });
    access = { url: emulator.url, ...credentials };
  });

  afterAll(async () => emulator.close());

  it("read the same data, whatever there is to read", async () => {
    const ids = await somethingOfEverything(emulator, ourApi(access));
    const ours = await readEverything(ourApi(access), ids);
    expect(Object.entries(ours).filter(([, read]) => JSON.stringify(read).length <= 2)).toEqual([]);
    expect(ours).toEqual(await readEverything(sdkApi(access), ids));
  });

  it("write the same bodies, whatever the type", async () => {
    for (const body of BODIES) {
      const [first, second] = [await ourApi(access).sendBatch(body), await sdkApi(access).sendBatch(body)];
      const [ours, theirs] = [first, second].map(({ id }) => emulator.batches().find((batch) => batch.id === id));
      expect(ours?.request).toEqual(theirs?.request);
      expect(ours?.request).toEqual(body);
    }
  });

  it("are refused alike", async () => {
    const unknown = "01HEAWCHESCXG8SDG5R10VF8E1";
    const refusals = async (api: SmsApi): Promise<unknown[]> =>
      Promise.all(
        [
          api.sendBatch({ ...TEXT, to: [] }),
          api.sendBatch({ ...TEXT, to: [unknown] }),
          api.dryRun({ ...TEXT, body: "" }),
          api.cancelBatch(unknown),
          api.getDeliveryReport(unknown),
          api.createGroup({ name: "x".repeat(21) }),
          api.deleteGroup(unknown),
          api.listGroupMembers(unknown),
        ].map(async (answer) => answer.catch(({ status, code }: SmsApiRefusal) => ({ status, code }))),
      );
    const ours = await refusals(ourApi(access));
    expect(ours).toContainEqual({ status: 403, code: "unknown_group" });
    expect(ours).toEqual(await refusals(sdkApi(access)));
  });
});

it("our client reads and changes the tags of a group, of which the SDK knows nothing", async () => {
  const emulator = await startEmulator({ plans: { [PLAN.servicePlanId]: PLAN.apiToken } });
  const { apiToken, servicePlanId } = PLAN;
  const { groups, close } = createSinchClient({ baseUrl: emulator.url, servicePlanId, apiToken });
  const created = await groups.create({ members: [ANN] });
  const id = created.kind === "ok" ? created.value.id : "";
  expect(await groups.tags(id)).toEqual({ kind: "ok", value: { tags: [] } });
  expect(await groups.replaceTags(id, ["vip", "new"])).toEqual({ kind: "ok", value: { tags: ["vip", "new"] } });
  const changes = { add: ["stockholm"], remove: ["new"] };
  expect(await groups.updateTags(id, changes)).toEqual({ kind: "ok", value: { tags: ["vip", "stockholm"] } });
  expect(await groups.tags("01HEAWCHESCXG8SDG5R10VF8E1")).toMatchObject({ kind: "rejected", status: 404 });
  close();
  await emulator.close();
});

it("our client gives every group, also where each is deleted as it comes", async () => {
  const emulator = await startEmulator({ plans: { [PLAN.servicePlanId]: PLAN.apiToken } });
  const { apiToken, servicePlanId } = PLAN;
  const { groups, close } = createSinchClient({ baseUrl: emulator.url, servicePlanId, apiToken });
  for (let count = 0; count < 250; count += 1) await groups.create({ members: [ANN] });
  const deleted: string[] = [];
  for await (const group of groups.all()) {
    if (group.kind !== "ok") break;
    const { kind } = await groups.delete(group.value.id);
    if (kind === "ok") deleted.push(group.value.id);
  }
  const left = await groups.list();
  close();
  await emulator.close();
  expect(new Set(deleted).size).toBe(250);
  expect(left).toMatchObject({ kind: "ok", value: { count: 0, groups: [] } });
});

/** A body of each type, with as many fields as it may have. */
const BODIES: readonly Wire[] = [
  {
    ...TEXT,
    type: "mt_text",
    body: "Hi ${name}",
    parameters: { name: { [`+${ANN}`]: "Ann", default: "there" } },
    send_at: inFuture(DAY_MS),
    expire_at: inFuture(2 * DAY_MS),
    delivery_report: "full",
    callback_url: "http://127.0.0.1:9/",
    client_reference: "one~of~each",
    feedback_enabled: true,
    flash_message: true,
    truncate_concat: false,
    max_number_of_message_parts: 3,
    from_ton: 1,
    from_npi: 1,
  },
  { ...TEXT, type: "mt_binary", body: "SGVsbG8=", udh: "06050423F423F4", from_ton: 5, from_npi: 0 },
  {
    ...TEXT,
    type: "mt_media",
    body: { url: "https://example.com/a.jpg", message: "Hi ${name}", subject: "Us" },
    parameters: { name: { default: "you" } },
    strict_validation: true,
  },
];

type Ids = { readonly batch: string; readonly group: string; readonly inbound: string };

/** Lets there be something behind every call that reads. */
async function somethingOfEverything(emulator: Emulator, api: SmsApi): Promise<Ids> {
  const group = await api.createGroup({
    name: "Friends",
    members: [ANN, BOB],
    auto_update: { to: "12015550123", add: { first_word: "join" } },
  });
  const { id } = await api.sendBatch({
    ...TEXT,
    body: "Hi ${name}",
    parameters: { name: { [`+${ANN}`]: "Ann" } },
    client_reference: "everything",
    max_number_of_message_parts: 1,
  });
  await api.sendBatch({ ...TEXT, to: [group.id], type: "mt_binary", body: "SGVsbG8=", udh: "0605" });
  const plan = emulator.batches()[0]?.plan ?? "";
  const media = [{ url: "https://example.com/a.jpg", content_type: "image/jpeg" }];
  emulator.receive({
    plan,
    from: ANN,
    to: "12015550123",
    body: "Yes",
    sent_at: inFuture(-1_000),
    operator_id: "24001",
  });
  const inbound = emulator.receive({ plan, from: BOB, to: "54321", type: "mo_media", body: { subject: "Us", media } });
  await eventually(
    async () => (await api.listDeliveryReports({ client_reference: "everything" })).length === 2,
    "final reports",
  );
  return { batch: id, group: group.id, inbound: inbound.id };
}

async function readEverything(api: SmsApi, { batch, group, inbound }: Ids): Promise<Readonly<Record<string, unknown>>> {
  return {
    batch: await api.getBatch(batch),
    batches: await api.listBatches({ page_size: 1 }),
    dryRun: await api.dryRun({ ...TEXT, body: "Hé".repeat(99) }, { per_recipient: true }),
    summary: await api.getDeliveryReport(batch),
    full: await api.getDeliveryReport(batch, { type: "full" }),
    recipientReport: await api.getRecipientReport(batch, `+${ANN}`),
    reports: (await api.listDeliveryReports({ client_reference: "everything" })).toSorted(byRecipient),
    inbound: await api.getInbound(inbound),
    inbounds: await api.listInbounds({ page_size: 1 }),
    group: await api.getGroup(group),
    groups: await api.listGroups({ page_size: 1 }),
    members: await api.listGroupMembers(group),
  };
}

function byRecipient(one: Wire, other: Wire): number {
  return String(one["recipient"]).localeCompare(String(other["recipient"]));
}
