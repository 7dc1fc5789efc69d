import { createRedisScript, type ScriptConnection } from "@volley/contract";
import { createConfirmedScripts, createNumbering, listKeys, PROOF_S, UnconfirmedError } from "@volley/opt-outs";
import type { Cluster, Redis } from "ioredis";
import type { Callback } from "../callback/callback.ts";
import type { InboundLink } from "../event/inbound-event.ts";
import { eventsKey, inboxFigures, inboxKey, nonceMember, outboxKey } from "../terms/keys.ts";
import { createAcknowledging } from "./acknowledge.ts";
import type { OptOutTerms } from "./opt-out-step.ts";

import { linkInbound } from "./link-inbound.ts";
import { addValues, type Step, stepsOf } from "./steps.ts";
import { within } from "./within.ts";
import { SEPARATOR, WRITE_SCRIPT } from "./write-script.ts";

/** A callback, and what it came with. */
export type Arrival = {
  readonly region: string;
  readonly callback: Callback;
  /** What makes its signature another one than every other's, where it has one. */
  readonly nonce?: { readonly value: string; readonly signedAt: Date };
};

/**
 * What became of one thing that a callback told.
 *
 * - `changed`: it was news, and is written down with its event.
 * - `repeated`: it was known. `late`: something later was known.
 * - `different`: an end that contradicts one that was known, which stays.
 * - `replayed`: its nonce was known.
 */
export type Ending = "changed" | "repeated" | "late" | "different" | "replayed";

/** What a writer keeps, and for how long. */
export type WriterOptions = {
  readonly redis: Redis | Cluster;
  /** BullMQ's; its hash tag keeps everything in one slot of a cluster. */
  readonly prefix: string;
  /** How long a state is kept after it was written last, in seconds. */
  readonly keepS: number;
  /** How long a nonce is remembered after it was signed, in seconds. */
  readonly nonceS: number;
  /** Of the events: whichever is reached first. */
  readonly events: { readonly bytes: number; readonly ageMs: number };
  /** Of the messages from phones: whichever is reached first. @default 100 MB, 30 days */
  readonly inbounds?: { readonly bytes: number; readonly ageMs: number };
  /** How opt-outs are heard and written down. @default numbers stand in clear, and no words mean START but the usual ones */
  readonly optOuts?: OptOutTerms;
  /** How long Redis may take, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
};

/** Writes callbacks down. */
export type Writer = {
  /**
   * Resolves when all that the callback tells is in Redis, with what became of each thing. Rejects when it may not be: the
   * callback has to come again, which changes nothing where it was.
   */
  readonly write: (arrival: Arrival) => Promise<readonly Ending[]>;
  /** How many callbacks wait or are being written. */
  readonly pending: () => number;
};

/** Steps in one call: so many keep Redis busy for some milliseconds. A callback with more takes several calls. */
const MOST_STEPS = 500;

const TIMEOUT_MS = 5_000;

/** The provider waits so much longer for the sake of the proof of an opt-out that is written down, in milliseconds. */
const ACKNOWLEDGING_MS = 300;

const KEPT_INBOUNDS = { bytes: 100_000_000, ageMs: 30 * 24 * 60 * 60 * 1_000 };

const UNHASHED: OptOutTerms = { numbering: createNumbering(), startWords: [], replicas: null };

const NOTHING_TO_LINK: InboundLink = { unlinked: "no_send" };

const SCRIPT = createRedisScript(WRITE_SCRIPT);

type ScriptInput = { readonly keys: readonly string[]; readonly values: readonly (string | number)[] };

type Waiting = {
  readonly arrival: Arrival;
  readonly steps: readonly Step[];
  readonly resolve: (endings: readonly Ending[]) => void;
  readonly reject: (error: unknown) => void;
};

/** Creates a writer. Callbacks that come while one call is on its way travel together in the next. */
export function createWriter(options: WriterOptions): Writer {
  let waiting: Waiting[] = [];
  let underWay = 0;
  let isWriting = false;

  const { optOuts = UNHASHED, timeoutMs = TIMEOUT_MS, redis, prefix } = options;
  const confirmed = createConfirmedScripts({ redis, prefix, replicas: optOuts.replicas, timeoutMs: timeoutMs / 2 });

  const acknowledge = createAcknowledging({ redis, prefix, optOuts });

  const writeAll = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const together = takeTogether(waiting);
      waiting = waiting.slice(together.length);
      underWay = together.length;
      await answerAll(together, options, confirmed);
      underWay = 0;
    }
    isWriting = false;
  };

  const writeOne = async (arrival: Arrival, steps: readonly Step[]): Promise<readonly Ending[]> =>
    new Promise((resolve, reject) => {
      waiting.push({ arrival, steps, resolve, reject });
      // Those of the same turn go together from the first on.
      if (!isWriting && waiting.length === 1) setImmediate(() => void writeAll());
    });

  return {
    write: async (arrival) => {
      const { nonce: _, ...unsigned } = arrival;
      const { callback, region } = arrival;
      const place = { prefix, region };
      const link =
        callback.kind === "inbound" ? await within(timeoutMs, linkInbound(redis, place, callback)) : NOTHING_TO_LINK;
      const steps = stepsOf(callback, place, new Date(), { link, terms: optOuts });
      const heard = steps.filter(hasHeard);
      const endings: Ending[] = [];
      // The nonce goes with the last of them: where this ends before, the whole callback is taken when it comes again.
      while (steps.length > MOST_STEPS) endings.push(...(await writeOne(unsigned, steps.splice(0, MOST_STEPS))));
      endings.push(...(await writeOne(arrival, steps)));
      if (heard.length > 0) await within(ACKNOWLEDGING_MS, acknowledge(heard)).catch(() => {});
      return endings;
    },
    pending: () => waiting.length + underWay,
  };
}

function takeTogether(waiting: readonly Waiting[]): Waiting[] {
  const together: Waiting[] = [];
  let steps = 0;
  for (const each of waiting) {
    steps += each.steps.length;
    if (together.length > 0 && steps > MOST_STEPS) break;
    together.push(each);
  }
  return together;
}

/** It never rejects: every caller hears what became of the call. Only opt-outs wait for the replicas. */
async function answerAll(
  together: readonly Waiting[],
  options: WriterOptions,
  confirmed: ScriptConnection,
): Promise<void> {
  try {
    const connection = together.some(hasOptOut) ? confirmed : options.redis;
    const { keys, values } = inputOf(together, options);
    const ran = SCRIPT.run(connection, keys, values).then((answers) => ({ answers, lost: null }), unconfirmed);
    const { answers, lost } = await within(options.timeoutMs ?? TIMEOUT_MS, ran);
    if (!Array.isArray(answers) || answers.length !== together.length)
      throw new Error("callbacks were left unanswered");
    for (const [place, each] of together.entries()) {
      if (lost !== null && hasOptOut(each)) each.reject(lost);
      else each.resolve(endingsOf(String(answers[place])));
    }
  } catch (error) {
    for (const { reject } of together) reject(error);
  }
}

function unconfirmed(error: unknown): { readonly answers: unknown; readonly lost: UnconfirmedError } {
  if (error instanceof UnconfirmedError) return { answers: error.answer, lost: error };
  throw error;
}

function hasOptOut({ steps }: Waiting): boolean {
  return steps.some(hasHeard);
}

function hasHeard(step: Step): boolean {
  return step.kind !== "batch" && step.optOut !== null;
}

function inputOf(together: readonly Waiting[], { prefix, keepS, nonceS, ...kept }: WriterOptions): ScriptInput {
  const { events, inbounds = KEPT_INBOUNDS, optOuts = UNHASHED } = kept;
  const streams = [eventsKey(prefix), outboxKey(prefix), inboxKey(prefix), inboxFigures(prefix)];
  const { head, log, held } = listKeys(prefix);
  const places = new Map([...streams, head, log, held].map((key, index) => [key, index + 1]));
  const placeOf = (key: string | null): number => {
    if (key === null) return 0;
    const place = places.get(key) ?? places.size + 1;
    places.set(key, place);
    return place;
  };
  const texts = together.map(({ arrival, steps }) => {
    const fields = [...nonceValues(arrival, prefix, nonceS, placeOf), steps.length];
    for (const step of steps) addValues(fields, step, placeOf);
    return fields.join(SEPARATOR);
  });
  return {
    keys: [...places.keys()],
    values: [
      keepS,
      events.bytes,
      events.ageMs,
      inbounds.bytes,
      inbounds.ageMs,
      optOuts.numbering.keyId,
      optOuts.proofS ?? PROOF_S,
      ...texts,
    ],
  };
}

function nonceValues(
  { nonce, region }: Arrival,
  prefix: string,
  nonceS: number,
  placeOf: (key: string | null) => number,
): (string | number)[] {
  if (nonce === undefined) return [0, "", 0];
  const { key, member } = nonceMember({ prefix, region }, nonce.value, nonce.signedAt);
  return [placeOf(key), member, nonceS];
}

function endingsOf(answer: string): Ending[] {
  return answer.split(" ").filter((word): word is Ending => word !== "");
}
