import {
  type Authentication,
  createSinchClient,
  type DeliveryStatus,
  type GroupReplacement,
  type NewBatch,
  type Result,
} from "@volley/sinch";
import { DAY_MS, inFuture } from "./example.ts";
import { type Shown, type SmsApi, type SmsApiAccess, SmsApiRefusal, type Wire } from "./sms-api.ts";

/** Every call of our own client, pointed at the emulator, which is also its token server. */
export function ourApi(access: SmsApiAccess): SmsApi {
  const client = createSinchClient({ baseUrl: access.url, auth: authenticationOf(access) });
  const { batches, deliveryReports, inbounds, groups } = client;
  return {
    sendBatch: async (body) => shown(await batches.send(body as unknown as NewBatch)),
    dryRun: async (body, query) => plain(await batches.dryRun(body as unknown as NewBatch, query)),
    listBatches: async (query) => all<Shown>(batches.all({ ...since(query), ...lists(query, "from") })),
    getBatch: async (id) => shown(await batches.get(id)),
    updateBatch: async (id, changes) => shown(await batches.update(id, changes)),
    replaceBatch: async (id, body) => shown(await batches.replace(id, body as unknown as NewBatch)),
    cancelBatch: async (id) => shown(await batches.cancel(id)),
    sendDeliveryFeedback: async (id, recipients) => void plain(await batches.deliveryFeedback(id, recipients)),
    getDeliveryReport: async (id, query = {}) =>
      plain(await deliveryReports.ofBatch(id, { ...(query.type && { type: query.type }), ...states(query) })) as {
        statuses: Wire[];
      } & Wire,
    getRecipientReport: async (id, number) => plain(await deliveryReports.ofRecipient(id, number)),
    listDeliveryReports: async (query) => all(deliveryReports.all({ ...since(query), ...states(query) })),
    listInbounds: async (query) => all(inbounds.all({ ...since(query), ...lists(query, "to") })),
    getInbound: async (id) => plain(await inbounds.get(id)),
    createGroup: async (body) => shown(await groups.create(body)),
    listGroups: async (query) => all<Shown>(groups.all(query)),
    getGroup: async (id) => shown(await groups.get(id)),
    updateGroup: async (id, changes) => shown(await groups.update(id, changes)),
    replaceGroup: async (id, body) => shown(await groups.replace(id, body as unknown as GroupReplacement)),
    deleteGroup: async (id) => void plain(await groups.delete(id)),
    listGroupMembers: async (id) => plain(await groups.members(id)),
  };
}

function authenticationOf({ url, ...access }: SmsApiAccess): Authentication {
  return "projectId" in access ? { kind: "project", ...access, authUrl: url } : { kind: "plan", ...access };
}

/** Lists of ours want to know where to begin; the suite means the provider's own default, a day ago. */
function since(query: Wire): Wire & { readonly start_date: string } {
  const { start_date: start } = query;
  return { ...query, start_date: typeof start === "string" ? start : inFuture(-DAY_MS) };
}

/** The suite writes several values with commas, as they go over the wire. */
function lists<Name extends string>(query: Wire, name: Name): { readonly [Key in Name]?: string[] } {
  const value = query[name];
  return typeof value === "string" ? ({ [name]: value.split(",") } as { [Key in Name]: string[] }) : {};
}

function states(query: Wire): { status?: DeliveryStatus[]; code?: number[] } {
  const { status } = lists(query, "status");
  const { code } = lists(query, "code");
  return { ...(status && { status }), ...(code && { code: code.map(Number) }) };
}

/** What came, as it came over the wire; what was refused, in the suite's words. */
function plain<T>(result: Result<T>): T {
  if (result.kind === "ok") return JSON.parse(JSON.stringify(result.value)) as T;
  const { status = 0 } = result;
  // Where the provider gives no code, ours says the status.
  throw new SmsApiRefusal(status, result.code === `http_${status}` ? undefined : result.code);
}

function shown(result: Result<Wire & { readonly id: string }>): Shown {
  return plain(result);
}

async function all<T extends Wire>(results: AsyncIterable<Result<T>>): Promise<T[]> {
  const entries: T[] = [];
  for await (const result of results) entries.push(plain(result));
  return entries;
}
