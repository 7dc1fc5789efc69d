import { randomBytes } from "node:crypto";
import { createWriter, readCallback, readOutbox, type Writer } from "@volley/receipts";
import { alone, type Measurement } from "../measurement.ts";
import { openRig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 16;

/** Messages take up to ten seconds, now and then some hours. */
const LONGEST_MS = 12 * 60 * 60 * 1_000;

/** Reports on their way to Redis at once. */
const AT_ONCE = 1_000;

/** What it costs to know what became of everybody. */
export const receipts: Row = {
  number: 15,
  name: "receipts",
  about: "Redis memory of what became of a million recipients, each with a report of its own, while it is kept",
  run: async (setting) => ({
    measurements: [
      await measure(setting, { perSend: 1_000_000, perBatch: 1_000, most: 25 }),
      await measure(setting, { perSend: 1, perBatch: 1, most: null }),
    ],
    notes: ["Without events, which take `VOLLEY_EVENTS_KEEP_MB` at most, and nonces, 8 bytes and more each for a day."],
  }),
};

type Shape = { readonly perSend: number; readonly perBatch: number; readonly most: number | null };

async function measure({ isDurable, signal, scaled }: RowSetting, shape: Shape): Promise<Measurement> {
  const recipients = scaled(shape.perBatch === 1 ? 100_000 : 1_000_000, 10_000);
  const rig = await openRig({ isDurable, signal });
  try {
    const used = async (): Promise<number> => Number(/^used_memory:(\d+)/m.exec(await rig.redis.info("memory"))?.[1]);
    const prefix = "{volley}";
    const events = { bytes: 1, ageMs: 1_000 };
    const writer = createWriter({ redis: rig.redis, prefix, keepS: 604_800, nonceS: 600, events });
    await report(writer, 0, 1, shape);
    const before = await used();
    await report(writer, 1, recipients, shape);
    const { bytes } = await readOutbox(rig.redis, prefix);
    const perMillion = ((await used()) - before - bytes) / recipients;
    const words = shape.perBatch === 1 ? "sends of one recipient each" : "recipients of one send";
    const threshold = shape.most === null ? null : ({ kind: "at_most", value: shape.most } as const);
    return alone(`${recipients.toLocaleString("en")} ${words}`, "MB for a million recipients", [perMillion], threshold);
  } finally {
    await rig.close();
  }
}

/** Reports on everybody from one number to before another. */
async function report(writer: Writer, from: number, to: number, { perSend, perBatch }: Shape): Promise<void> {
  let batchId = batchIdNow();
  for (let first = from; first < to; first += AT_ONCE) {
    const people = Array.from({ length: Math.min(AT_ONCE, to - first) }, (_, index) => first + index);
    await Promise.all(
      people.map(async (index) => {
        if (index % perBatch === 0) batchId = batchIdNow();
        const callback = readCallback({
          type: "recipient_delivery_report_sms",
          batch_id: batchId,
          recipient: String(46_700_000_000 + index * 7),
          code: index % 10 === 0 ? 150 : 0,
          status: index % 10 === 0 ? "Failed" : "Delivered",
          at: new Date(Date.now() + Math.random() * LONGEST_MS).toISOString(),
          client_reference: `~us-${String(Math.floor(index / perSend)).padStart(20, "0")}`,
        });
        return writer.write({ region: "us", callback });
      }),
    );
  }
}

/** A ULID. */
function batchIdNow(): string {
  const now = Date.now();
  const random = randomBytes(RANDOM_CHARACTERS);
  const time = Array.from({ length: TIME_CHARACTERS }, (_, place) =>
    Math.floor(now / 32 ** (TIME_CHARACTERS - 1 - place)),
  );
  return [...time, ...random].map((value) => CROCKFORD.charAt(value % 32)).join("");
}
