import { BULK_ACTIONS } from "../actions/bulk.ts";
import { previewReplay, replay } from "../actions/endpoint.ts";
import { decideMaybe, revealInbox, revealMaybe } from "../actions/maybe.ts";
import { REGION_ACTIONS } from "../actions/region.ts";
import { revealSend } from "../actions/reveal-send.ts";
import { SEND_ACTIONS } from "../actions/send.ts";
import { eventsPage } from "../pages/events.ts";
import { inboxPage } from "../pages/inbox.ts";
import { logPage } from "../pages/log.ts";
import { maybePage } from "../pages/maybe.ts";
import { regionsPage } from "../pages/regions.ts";
import { sendPage } from "../pages/send.ts";
import { sendsPage } from "../pages/sends.ts";
import type { Route } from "../terms/route.ts";

/** Every page and every action. Whoever adds one writes it down here, too. */
export const ROUTES: readonly Route[] = [
  regionsPage,
  ...REGION_ACTIONS,
  sendsPage,
  sendPage,
  ...SEND_ACTIONS,
  revealSend,
  ...BULK_ACTIONS,
  maybePage,
  decideMaybe,
  revealMaybe,
  inboxPage,
  revealInbox,
  eventsPage,
  previewReplay,
  replay,
  logPage,
];
