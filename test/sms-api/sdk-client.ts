import { RequestFailedError, SinchClient, type Sms } from "@sinch/sdk-core";
import { type Shown, type SmsApi, type SmsApiAccess, SmsApiRefusal, type Wire } from "./sms-api.ts";

/** Sinch's own client, pointed at the emulator, which is also its token server. */
export function connectSdk({ url, ...credentials }: SmsApiAccess): SinchClient {
  return new SinchClient({ ...credentials, smsHostname: url, authHostname: url, smsRegion: "eu", logger: null });
}

/** Every SMS call of Sinch's own client. */
export function sdkApi(access: SmsApiAccess): SmsApi {
  const { batches, deliveryReports, inbounds, groups } = connectSdk(access).sms;
  return {
    sendBatch: (body) => shown(batches.send({ sendSMSRequestBody: body as unknown as Sms.SendSMSRequest })),
    dryRun: (body, query) =>
      plain(batches.dryRun({ ...query, dryRunRequestBody: body as unknown as Sms.DryRunRequest })),
    listBatches: async (query) => (await all(batches.list(query))) as Shown[],
    getBatch: (id) => shown(batches.get({ batch_id: id })),
    updateBatch: (id, changes) => shown(batches.update({ batch_id: id, updateBatchMessageRequestBody: changes })),
    replaceBatch: (id, body) =>
      shown(
        batches.replace({
          batch_id: id,
          replaceBatchMessageRequestBody: body as unknown as Sms.ReplaceBatchMessageRequest,
        }),
      ),
    cancelBatch: (id) => shown(batches.cancel({ batch_id: id })),
    sendDeliveryFeedback: async (id, recipients) => {
      const body = { recipients: [...recipients] };
      await plain(batches.sendDeliveryFeedback({ batch_id: id, deliveryFeedbackRequestBody: body }));
    },
    getDeliveryReport: async (id, query) =>
      (await plain(deliveryReports.get({ batch_id: id, ...query }))) as { statuses: Wire[] } & Wire,
    getRecipientReport: (id, number) => plain(deliveryReports.getForNumber({ batch_id: id, phone_number: number })),
    listDeliveryReports: (query) => all(deliveryReports.list(query)),
    listInbounds: (query) => all(inbounds.list(query)),
    getInbound: (id) => plain(inbounds.get({ inbound_id: id })),
    createGroup: (body) => shown(groups.create({ createGroupRequestBody: body })),
    listGroups: async (query) => (await all(groups.list(query))) as Shown[],
    getGroup: (id) => shown(groups.get({ group_id: id })),
    updateGroup: (id, changes) => shown(groups.update({ group_id: id, updateGroupRequestBody: changes })),
    replaceGroup: (id, body) =>
      shown(groups.replace({ group_id: id, replaceGroupRequestBody: body as unknown as Sms.ReplaceGroupRequest })),
    deleteGroup: async (id) => void (await plain(groups.delete({ group_id: id }))),
    listGroupMembers: async (id) => (await plain(groups.listMembers({ group_id: id }))) as unknown as string[],
  };
}

/** What the SDK answers, as it came over the wire; what it throws, in the suite's words. */
async function plain(answer: Promise<unknown>): Promise<Wire> {
  try {
    return JSON.parse(JSON.stringify((await answer) ?? null)) as Wire;
  } catch (error) {
    if (!(error instanceof RequestFailedError)) throw error;
    throw new SmsApiRefusal(error.statusCode, codeOf(error.data));
  }
}

async function shown(answer: Promise<unknown>): Promise<Shown> {
  return (await plain(answer)) as Shown;
}

async function all(list: AsyncIterable<unknown>): Promise<Wire[]> {
  const entries: Wire[] = [];
  for await (const entry of list) entries.push(await plain(Promise.resolve(entry)));
  return entries;
}

function codeOf(data: unknown): string | undefined {
  const body: unknown = typeof data === "string" && data.startsWith("{") ? JSON.parse(data) : data;
  return typeof body === "object" && body !== null && "code" in body ? String(body.code) : undefined;
}
