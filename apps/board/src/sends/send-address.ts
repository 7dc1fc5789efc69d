import { isRoutedId, regionOfSendId } from "@volley/contract";
import type { SendStatus } from "@volley/producer";
import { type Call, type Doors, Refused } from "../terms/route.ts";

/** Which send a page is about. */
export type SendAddress = {
  readonly id: string;
  /** As it may be shown, and stands in links. */
  readonly shown: string;
  /** For calls of the producer: where the ID does not say it. */
  readonly place: { readonly region?: string };
  /** The same, for links. */
  readonly query: string;
};

/** @throws Refused for what is no ID */
export function sendAddress({ params, query, form }: Call, { hidden, regions }: Doors): SendAddress {
  const shown = params["id"] ?? "";
  const id = hidden.read(shown);
  const region = query.get("region") ?? form.get("region") ?? "";
  if (region !== "" && region !== "auto" && !/^[a-z][a-z0-9-]{0,19}$/.test(region))
    throw new Refused(400, "region: expected the name of a region");
  const isOwn = isRoutedId(id) || regionOfSendId(id) !== null;
  const of = region === "" ? (regions[0] ?? "") : region;
  return { id, shown: hidden.show(id), place: isOwn ? {} : { region: of }, query: isOwn ? "" : `?region=${of}` };
}

/** @throws Refused where there is no such send */
export async function requireSend({ id, place }: SendAddress, { producer }: Doors, eta = false): Promise<SendStatus> {
  const status = await producer.status(id, { ...place, ...(eta && { eta }) });
  if (status === null) throw new Refused(404, "There is no such send, or its result is not kept any more.");
  return status;
}
