/** Credentials: of Sinch, of Redis, of the people who look at the board. */
const CREDENTIALS = [
  "authorization",
  "Authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
  "token",
  "api_token",
  "apiToken",
  "access_token",
  "accessToken",
  "password",
  "sentinelPassword",
  "secret",
  "key_secret",
  "keySecret",
  "client_secret",
];

/** Who is texted, in every spelling that occurs between a CSV and the provider. */
const PEOPLE = [
  "to",
  "recipient",
  "recipients",
  "recipients_list",
  "rejected",
  "rejections",
  "msisdn",
  "msisdns",
  "number",
  "phone",
  "phoneNumber",
  "phone_number",
];

/** What they are told. */
const MESSAGE = ["body", "text", "message", "subject", "parameters", "udh", "rawBody"];

/** Where an HTTP client's error keeps the request and the answer: the token, the numbers and the text, all at once. */
const ERROR_PARTS = ["options", "request", "response", "config", "context", "cause", "command", "input"];

/**
 * What never reaches a log: the only such list of the project. A plain name is hidden wherever it stands in a logged
 * object (see `hideSecrets`); a path below `err` besides, although of an error nothing but the known fields is kept.
 */
export const REDACTED_PATHS: readonly string[] = [
  ...CREDENTIALS,
  ...PEOPLE,
  ...MESSAGE,
  ...ERROR_PARTS.map((part) => `err.${part}`),
];

/** Names that also stand for a count: hiding those would blind whoever has to find out what happened. */
const MAY_BE_A_COUNT = new Set(["recipients", "rejected"]);

const HIDDEN = "[hidden]";

/**
 * What is logged in place of a value: a marker, or the value itself when it is a count (`recipients: 2500`) or an object
 * of counts (`recipients: { accepted: 2, rejected: 1 }`).
 */
export function censor(value: unknown, name: string): unknown {
  return MAY_BE_A_COUNT.has(name) && (isCount(value) || isCounts(value)) ? value : HIDDEN;
}

/** MSISDNs have at least seven digits; no send has ten million recipients. */
const LARGEST_COUNT = 9_999_999;

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= LARGEST_COUNT;
}

function isCounts(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([key, count]) => /^[a-z_]+$/i.test(key) && isCount(count));
}
