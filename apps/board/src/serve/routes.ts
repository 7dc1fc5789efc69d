import { logPage } from "../pages/log.ts";
import { regionsPage } from "../pages/regions.ts";
import type { Route } from "../terms/route.ts";

/** Every page and every action. Whoever adds one writes it down here, too. */
export const ROUTES: readonly Route[] = [regionsPage, logPage];
