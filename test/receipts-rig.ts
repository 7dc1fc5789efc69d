import { Redis } from "ioredis";
import { readCallback } from "../packages/receipts/src/callback/read-callback.ts";
import { readTally } from "../packages/receipts/src/read/read-tally.ts";
import { nameOfState } from "../packages/receipts/src/terms/delivery-state.ts";
import { createWriter, type Ending, type WriterOptions } from "../packages/receipts/src/write/writer.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";

/** The send that the reports of this rig are about. */
export const SEND = "eu-0123456789abcdefghjk";

const EVENTS = { bytes: 10_000_000, ageMs: 3_600_000 };

/** A writer of callbacks, and what it has written. */
export type ReceiptsRig = {
  readonly redis: Redis;
  /** That of this test alone. */
  readonly prefix: () => string;
  /** Begins anew, with nothing written. */
  readonly beginAnew: () => void;
  /** Goes on with a writer that keeps so much of the events. */
  readonly keepEvents: (events: WriterOptions["events"]) => void;
  /** Goes on with a writer that hears opt-outs in another way. */
  readonly hearBy: (optOuts: NonNullable<WriterOptions["optOuts"]>) => void;
  /** Writes a callback, with a nonce where one is given. */
  readonly write: (value: unknown, nonce?: string) => Promise<readonly Ending[]>;
  /** How many are in each state, by its name. */
  readonly tally: () => Promise<Record<string, number>>;
  readonly close: () => Promise<void>;
};

/** Opens it, in the region `eu`. */
export function openReceiptsRig(): ReceiptsRig {
  const redis = new Redis(testRedisUrl());
  const prefixes = [ownPrefix()];
  const prefix = (): string => prefixes.at(-1) ?? "";
  const writerOf = (events: WriterOptions["events"], optOuts?: WriterOptions["optOuts"]) =>
    createWriter({ redis, prefix: prefix(), keepS: 600, nonceS: 600, events, ...(optOuts && { optOuts }) });
  let writer = writerOf(EVENTS);
  return {
    redis,
    prefix,
    beginAnew: () => {
      prefixes.push(ownPrefix());
      writer = writerOf(EVENTS);
    },
    hearBy: (optOuts) => {
      writer = writerOf(EVENTS, optOuts);
    },
    keepEvents: (events) => {
      writer = writerOf(events);
    },
    write: async (value, nonce) => {
      const signed = nonce === undefined ? {} : { nonce: { value: nonce, signedAt: new Date() } };
      return writer.write({ region: "eu", callback: readCallback(value), ...signed });
    },
    tally: async () => {
      const { states } = await readTally(redis, { prefix: prefix(), region: "eu" }, SEND);
      return Object.fromEntries(states.map(({ state, count }) => [nameOfState(state), count]));
    },
    close: async () => {
      for (const each of prefixes) await dropPrefix(each);
      await redis.quit();
    },
  };
}

/** A report of one recipient, as the provider writes it. */
export function recipientReport(
  recipient: string,
  status: string,
  code: number,
  more: object = {},
): Record<string, unknown> {
  const about = {
    type: "recipient_delivery_report_sms",
    batch_id: "01HEAWCHESCXG8SDG5R10VF8E1",
    recipient,
    status,
    code,
  };
  return { ...about, at: "2023-11-03T15:22:00.000Z", client_reference: `spring~${SEND}.p3.17`, ...more };
}
