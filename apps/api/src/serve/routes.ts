import { postCheck } from "../enqueue/post-check.ts";
import { postMessages } from "../enqueue/post-messages.ts";
import { postSends } from "../enqueue/post-sends.ts";
import { cancelSend, resolveSend, retrySend } from "../sends/change-send.ts";
import { getBatches, getDeliveries } from "../sends/get-pages.ts";
import { explainSend, getSend } from "../sends/get-send.ts";
import type { Route } from "../terms/route.ts";

/** Every route there is, in the order of the document. What is in no list is served to nobody. */
export const ROUTES: readonly Route[] = [
  postSends,
  postMessages,
  postCheck,
  getSend,
  cancelSend,
  explainSend,
  getBatches,
  getDeliveries,
  retrySend,
  resolveSend,
];
