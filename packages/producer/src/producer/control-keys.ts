import { kindOf, OPTION, requireOptions, wholeNumber } from "@volley/contract";
import {
  addKey,
  type ApiKey,
  countRequest,
  type KeyOptions,
  type KeyRecord,
  type LimitLook,
  type ListedKey,
  listKeys,
  MOST_KEYS,
  noteUse,
  readExpiry,
  readKeyOptions,
  readRecords,
  type Reservation,
  reserveRecipients,
  revokeKey,
  rotateKey,
} from "@volley/keys";
import type { QueueAccess } from "../redis/queue-access.ts";
import { ProducerError } from "../terms/producer-error.ts";

/** A key that was just made. `key` is what is sent with each request, and is shown this once. */
export type ApiKeyWithSecret = { readonly record: ApiKey; readonly key: string };

/** How long the key before a rotation goes on, and the new one. */
export type RotateOptions = {
  /** In milliseconds, at most 30 days. @default 86400000, 24 hours */
  readonly overlapMs?: number;
  /** When the new key ends: a date (its first moment, UTC) or a time. @default as before */
  readonly expires?: string;
};

/** Who may use the HTTP API, and how much of it. */
export type KeyControl = {
  /** @throws ProducerError `VOLLEY_INVALID_API_KEY` with everything that is wrong, `VOLLEY_TOO_MANY_API_KEYS` */
  readonly create: (options: KeyOptions) => Promise<ApiKeyWithSecret>;
  /** All of them, the oldest first; those that have ended, too, for 30 days. */
  readonly list: () => Promise<ListedKey[]>;
  /**
   * Makes a new key for the same ID, with the same idempotency keys; the old one goes on for a while. Of a key that has ended the
   * ID is named, and none of those before lets anybody in; of one that has expired `expires` is, too.
   *
   * @param id - of the key, or the name that one active key has
   * @throws ProducerError `VOLLEY_UNKNOWN_API_KEY`, `VOLLEY_INVALID_API_KEY`
   */
  readonly rotate: (id: string, options?: RotateOptions) => Promise<ApiKeyWithSecret>;
  /**
   * Ends a key for good, within seconds in every process.
   *
   * @param id - of the key, or the name that one active key has
   * @throws ProducerError `VOLLEY_UNKNOWN_API_KEY`
   */
  readonly revoke: (id: string) => Promise<ApiKey>;
  /** For whoever lets requests in: what is kept of all keys. */
  readonly records: () => Promise<KeyRecord[]>;
  /** For whoever lets requests in: counts one. @returns `null` for a key without such a limit */
  readonly countRequest: (key: ApiKey) => Promise<LimitLook | null>;
  /**
   * For whoever lets requests in: what a try of a request takes from the recipients of the day.
   *
   * @param request - what all tries of it have in common
   * @returns `null` for a key without such a limit
   */
  readonly reserve: (key: ApiKey, request: string) => Promise<Reservation | null>;
  /** For whoever lets requests in: writes down that a key is used. */
  readonly noteUse: (id: string) => Promise<void>;
};

const OPTIONS = {
  name: OPTION.anything,
  scopes: OPTION.anything,
  regions: OPTION.anything,
  senders: OPTION.anything,
  perMinute: OPTION.anything,
  perDay: OPTION.anything,
  expires: OPTION.anything,
};

const DAY_MS = 24 * 60 * 60 * 1_000;

const ROTATE = { overlapMs: wholeNumber(0, 30 * DAY_MS), expires: OPTION.anything };

const ID = /^key_[0-9a-f]{16}$/;

/** The calls about keys. @param now - the system's clock, or a test's */
export function controlKeys({ link, prefix }: Pick<QueueAccess, "link" | "prefix">, now: () => Date): KeyControl {
  const place = { redis: link.connection, prefix };
  const list = async (): Promise<ListedKey[]> => link.run(async () => listKeys(place, now()));
  const idOf = async (idOrName: string): Promise<string> =>
    ID.test(idOrName) ? idOrName : named(await list(), idOrName);
  return {
    create: async (options) => {
      requireOptions("keys.create", options, OPTIONS);
      const read = readKeyOptions(options, now());
      if (!read.ok) throw new ProducerError("VOLLEY_INVALID_API_KEY", read.problems.join("; "));
      const added = await link.run(async () => addKey(place, read.terms, now()));
      if (added) return added;
      throw new ProducerError("VOLLEY_TOO_MANY_API_KEYS", `there are ${MOST_KEYS} keys, which is the most`);
    },
    list,
    rotate: async (idOrName, options = {}) => {
      requireOptions("keys.rotate", options, ROTATE);
      const id = await idOf(idOrName);
      const { overlapMs = DAY_MS, expires } = options;
      const expiresAt = expires === undefined ? undefined : requireExpiry(expires, now());
      const rotation = { overlapMs, expiresAt, now: now() };
      const found = await link.run(async () => rotateKey(place, id, rotation));
      if (found !== "expired") return known(found, idOrName);
      const message = "expires: expected when the key ends, which has expired, got nothing";
      throw new ProducerError("VOLLEY_INVALID_API_KEY", message);
    },
    revoke: async (idOrName) => {
      const id = await idOf(idOrName);
      return known(await link.run(async () => revokeKey(place, id, now())), idOrName);
    },
    records: async () => link.run(async () => readRecords(place)),
    countRequest: async (key) => link.run(async () => countRequest(place, key)),
    reserve: async (key, request) => {
      const reservation = reserveRecipients(place, key, { request, now });
      return (
        reservation && {
          take: async (total) => link.run(async () => reservation.take(total)),
          settle: async (used) => link.run(async () => reservation.settle(used)),
          release: async () => link.run(async () => reservation.release()),
        }
      );
    },
    noteUse: async (id) => link.run(async () => noteUse(place, id, now())),
  };
}

/** @throws ProducerError `VOLLEY_INVALID_API_KEY` */
function requireExpiry(expires: string, now: Date): string {
  const read = readExpiry(expires, now);
  if ("expires_at" in read) return read.expires_at;
  throw new ProducerError("VOLLEY_INVALID_API_KEY", read.problem);
}

/** @throws ProducerError `VOLLEY_UNKNOWN_API_KEY` where not exactly one active key has the name */
function named(keys: readonly ListedKey[], name: string): string {
  const found = keys.filter((key) => key.name === name && key.state === "active");
  const [first] = found;
  if (first && found.length === 1) return first.id;
  const got = found.length === 0 ? kindOf(name, { isPrivate: true }) : `a name that ${found.length} of them have`;
  throw new ProducerError(
    "VOLLEY_UNKNOWN_API_KEY",
    `expected the ID of a key (key_…), or the name of an active one, got ${got}`,
  );
}

/** @throws ProducerError `VOLLEY_UNKNOWN_API_KEY` */
function known<T>(found: T | null, idOrName: string): T {
  if (found !== null) return found;
  throw new ProducerError("VOLLEY_UNKNOWN_API_KEY", `${ID.test(idOrName) ? idOrName : "key"}: there is no such key`);
}
