import { postCheck } from "../enqueue/post-check.ts";
import { postMessages } from "../enqueue/post-messages.ts";
import { postSends } from "../enqueue/post-sends.ts";
import { cancelSend, resolveSend, retrySend } from "../sends/change-send.ts";
import { getProgress } from "../sends/get-progress.ts";
import { getBatches, getDeliveries } from "../sends/get-pages.ts";
import { explainSend, getSend } from "../sends/get-send.ts";
import { changeRegion, getRegion, pauseRegion, resumeRegion } from "../regions/regions.ts";
import { addSuppressions, decideHeld, removeSuppressions } from "../suppressions/change-suppressions.ts";
import {
  checkSuppression,
  exportSuppressions,
  listHeld,
  listSuppressions,
  proveSuppression,
} from "../suppressions/read-suppressions.ts";
import {
  disableWebhook,
  enableWebhook,
  removeWebhook,
  replayWebhook,
  rotateWebhook,
  testWebhook,
} from "../way-back/change-webhook.ts";
import { getEvents, getInbounds } from "../way-back/get-events.ts";
import { addWebhook, getWebhook, listWebhooks } from "../way-back/webhooks.ts";
import { listSends } from "../sends/list-sends.ts";
import type { Route } from "../terms/route.ts";

/** Every route there is, in the order of the document. What is in no list is served to nobody. */
export const ROUTES: readonly Route[] = [
  postSends,
  postMessages,
  postCheck,
  listSends,
  getSend,
  cancelSend,
  explainSend,
  getProgress,
  getBatches,
  getDeliveries,
  retrySend,
  resolveSend,
  getRegion,
  changeRegion,
  pauseRegion,
  resumeRegion,
  listSuppressions,
  addSuppressions,
  removeSuppressions,
  checkSuppression,
  proveSuppression,
  exportSuppressions,
  listHeld,
  decideHeld,
  getEvents,
  getInbounds,
  listWebhooks,
  addWebhook,
  getWebhook,
  removeWebhook,
  enableWebhook,
  disableWebhook,
  rotateWebhook,
  testWebhook,
  replayWebhook,
];
