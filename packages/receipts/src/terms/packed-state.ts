import { type DeliveryState, nameOfState, rankOf, stateOfName, STATUSES } from "./delivery-state.ts";

/** What is kept of a recipient of a batch. */
export type KeptState = DeliveryState & {
  /** When the message came into this state, to the second. */
  readonly at: Date;
};

/** Bits of the status and of the code. Together with a time of up to 72 hours, for which the provider tries, they fill 31. */
const STATUS_SIZE = 16;
const CODE_SIZE = 512;

const SECOND_MS = 1_000;

const ULID_TIME = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const TIME_CHARACTERS = 10;
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * Writes a state as a whole number of at most 31 bits, which Redis keeps in six bytes of a packed hash where a text of the
 * same would take forty. Its time is counted from when the batch was made, which the batch's ID tells; of an ID that does
 * not, from 1970. A state that does not fit (a status that nobody knows, an unusual code) is written as a text.
 *
 * The script reads both, see `write-script.ts`.
 */
export function packState({ status, code, at }: KeptState, batchId: string): string {
  const seconds = Math.max(0, Math.round(at.getTime() / SECOND_MS) - madeAt(batchId));
  const place = STATUSES.findIndex((known) => known === status);
  const fits = place >= 0 && code !== null && code < CODE_SIZE;
  if (!fits) return `~${rankOf(status)}~${seconds}~${nameOfState({ status, code })}`;
  return String((seconds * CODE_SIZE + code) * STATUS_SIZE + place);
}

/** @returns `null` for a text that {@link packState} has not written */
export function unpackState(text: string, batchId: string): KeptState | null {
  const [, seconds, name] = /^~\d~(\d+)~(.*)$/.exec(text) ?? [];
  if (name !== undefined) return withTime(stateOfName(name), Number(seconds), batchId);
  if (!/^\d{1,16}$/.test(text)) return null;
  const number = Number(text);
  const status = STATUSES[number % STATUS_SIZE];
  const code = Math.floor(number / STATUS_SIZE) % CODE_SIZE;
  const state = status === undefined ? null : { status, code };
  return withTime(state, Math.floor(number / STATUS_SIZE / CODE_SIZE), batchId);
}

function withTime(state: DeliveryState | null, seconds: number, batchId: string): KeptState | null {
  return state && { ...state, at: new Date((seconds + madeAt(batchId)) * SECOND_MS) };
}

/** When a batch was made, in seconds since 1970: its ID is a ULID, which begins with it. Of any other ID: 0. */
function madeAt(batchId: string): number {
  if (!ULID_TIME.test(batchId)) return 0;
  let ms = 0;
  for (let place = 0; place < TIME_CHARACTERS; place += 1) ms = ms * 32 + CROCKFORD.indexOf(batchId.charAt(place));
  return Math.floor(ms / SECOND_MS);
}
