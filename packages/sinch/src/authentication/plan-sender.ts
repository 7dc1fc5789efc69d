import { conceal } from "../failures/conceal.ts";
import type { Transport } from "../transport/transport.ts";
import { type Sender, senderHeaders } from "./sender.ts";

/** Sends with the token of a service plan, which is the same for ever. */
export function createPlanSender(apiToken: string, transport: Transport): Sender {
  const { bare, withBody } = senderHeaders(apiToken);
  const secrets = [apiToken];
  return {
    send: async (request, signal) => {
      const headers = request.body === undefined ? bare : withBody;
      return conceal(await transport({ ...request, headers }, signal), secrets);
    },
    close: () => {},
  };
}
