import { nearestField } from "../problems/nearest-field.ts";
import { nearestRegion } from "./nearest-region.ts";
import { regionVariable } from "./region.ts";

const MARK = "VOLLEY_";

/** What any process of Volley reads, without the mark: they often share an environment. */
const NAMES = words(`
  PREFIX REGIONS AUTH_URL CA_FILE HTTP_PORT HTTP_HOST LOG_LEVEL SHUTDOWN_MS LEAD_MS WORKER_CONCURRENCY
  UNKNOWN_HOLD_MS PROBE_MS STUCK_AFTER_MS REDIS_EVICTION KEEP_RECIPIENTS KEEP_RESULTS_DAYS KEEP_RESULTS_MB
  KEEP_RESULTS_COUNT LINK_ANSWERS_DAYS ROUTES_FILE STATE_DIR BOARD_USER BOARD_PASSWORD BOARD_READ_ONLY BOARD_SHOW_RECIPIENTS
  BOARD_SEGMENT_PRICE BOARD_PROXY_ADDRESSES BOARD_PROXY_USER_HEADER BOARD_PROXY_OPERATORS
  CALLBACK_MAX_AGE_S CALLBACK_UNSIGNED KEEP_RECEIPTS_DAYS KEEP_INBOUNDS_MB KEEP_INBOUNDS_DAYS
  EVENTS_KEEP_MB EVENTS_KEEP_HOURS EVENTS_QUEUE EVENTS_DELIVER EVENTS_ALLOW_NETWORKS EVENTS_ANSWER_MS EVENTS_RETRY_S
  EVENTS_DISABLE_HOURS EVENTS_IN_FLIGHT SUPPRESSION_SECRET PROOF_DAYS START_WORDS OPT_OUT_SCOPE OPT_OUT_REPLICAS
  INBOUNDS_AGAIN_HOURS HTTP_CLIENT SCALE_REQUESTS_PER_SECOND SCALE_WITHIN_S`);

/** What is read for a region, behind its name. */
const OF_REGION = words(`
  SERVICE_PLAN_ID API_TOKEN PROJECT_ID KEY_ID KEY_SECRET BASE_URL CONCURRENCY TIMEOUT_MS RECIPIENTS_PER_SECOND
  RATE_UNIT BURST_MS URGENT_SHARE DELIVERY_REPORT POLL_MS CALLBACK_BASIC CALLBACK_SECRETS CALLBACK_TOKENS
  REPLY_STOP REPLY_HELP REPLY_START REPLIES_PER_MINUTE`);

/** Read for every region, whichever a process is for. */
const OF_ANY_REGION = /^[A-Z][A-Z0-9_]*_REDIS_URL$/;

/** Read by the emulator and the tests, or set by Kubernetes for a service whose name begins so. */
const NOT_OURS = /^(?:EMULATOR_|TEST_)|(?:^|_)SERVICE_(?:HOST|PORT(?:_\w+)?)$|(?:^|_)PORT(?:_\d+_(?:TCP|UDP)\w*)?$/;

/**
 * Says which variables nobody reads: one that is mistyped is as good as none. The values are not looked at.
 *
 * @param regions - of `VOLLEY_REGIONS`; `null` where any region may be meant
 * @returns a sentence for each, with the name that was meant perhaps
 */
export function unreadSettings(
  environment: Readonly<Record<string, unknown>>,
  regions: readonly string[] | null,
): string[] {
  const ofRegions = (regions ?? []).flatMap((region) => OF_REGION.map((name) => `${regionVariable(region)}_${name}`));
  const known = [...NAMES, ...ofRegions];
  return Object.keys(environment)
    .filter((name) => name.startsWith(MARK))
    .map((name) => name.slice(MARK.length))
    .filter((name) => !isKnown(name, known, regions === null) && !NOT_OURS.test(name))
    .map((name) => sentence(name, known, regions ?? []));
}

/** Every one of them may stand in a file. */
function isKnown(name: string, known: readonly string[], isAnyRegion: boolean): boolean {
  const plain = name.replace(/_FILE$/, "");
  if (OF_ANY_REGION.test(plain)) return true;
  return known.includes(name) || known.includes(plain) || (isAnyRegion && splitOff(plain) !== null);
}

function sentence(name: string, known: readonly string[], regions: readonly string[]): string {
  const split = splitOff(name.replace(/_FILE$/, ""));
  const why = split === null ? "nobody reads it" : "VOLLEY_REGIONS does not list its region, and nobody reads it";
  const meant = split === null ? nearestField(name, known) : nearestOfRegion(split, regions);
  return `${MARK}${name}: ${why}${meant === undefined ? "" : `, did you mean ${MARK}${meant}?`}`;
}

type Split = { readonly region: string; readonly ofRegion: string };

/** `GULF_2` and `API_TOKEN`. */
function splitOff(name: string): Split | null {
  const ofRegion = OF_REGION.find((end) => name.endsWith(`_${end}`));
  return ofRegion === undefined ? null : { region: name.slice(0, -ofRegion.length - 1), ofRegion };
}

/** The same of another region, or what is no region's and ends alike: `WORKER_CONCURRENCY`. */
function nearestOfRegion({ region, ofRegion }: Split, regions: readonly string[]): string | undefined {
  const alike = NAMES.flatMap((name) => splitOff(name) ?? []).filter((other) => other.ofRegion === ofRegion);
  const nearest = nearestRegion(region, [...regions.map(regionVariable), ...alike.map((other) => other.region)]);
  return nearest === undefined ? undefined : `${nearest}_${ofRegion}`;
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
