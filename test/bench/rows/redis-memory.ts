import { setTimeout as pause } from "node:timers/promises";
import { namedLine, plainLine } from "../children/people.ts";
import type { Measurement } from "../measurement.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { spreadOf } from "../statistics.ts";

/** Redis frees the buffers of its connections in the background, a second or two after they were last used. */
const CALM_MS = 3_000;

/** What a list costs in Redis while it waits. */
export const redisMemory: Row = {
  number: 7,
  name: "redis",
  about: "Redis memory of a staged send, against its recipients as plain text",
  run: async (setting) => ({
    measurements: [await measure(setting, "entries"), await measure(setting, "named")],
    notes: [],
  }),
};

async function measure(setting: RowSetting, shape: "entries" | "named"): Promise<Measurement> {
  const { isDurable, signal, scaled } = setting;
  const recipients = scaled(1_000_000, 20_000);
  const rig = await openRig({ isDurable, signal });
  try {
    const producer = await rig.startProducer();
    await pause(CALM_MS, undefined, { signal });
    const before = await usedBytes(rig);
    await producer.ask("enqueue", { key: "one", region: "us", recipients, shape });
    await producer.stop();
    await pause(CALM_MS, undefined, { signal });
    const after = await usedBytes(rig);
    const line = shape === "named" ? namedLine : plainLine;
    let text = 0;
    for (let index = 0; index < recipients; index += 1) text += line(index).length;
    return {
      name: `${recipients.toLocaleString("en")} staged recipients ${shape === "named" ? "with a name each" : "without values"}`,
      unit: "MB",
      ours: spreadOf([(after.used - before.used) / 1e6]),
      baseline: { name: "plain text", spread: spreadOf([text / 1e6]) },
      ratio: spreadOf([(after.used - before.used) / text]),
      threshold: { kind: "at_most", value: 1.5 },
      costs: [{ process: "redis", cpuUsPerRecipient: null, peakBytes: after.peak - before.used }],
    };
  } finally {
    await rig.close();
  }
}

/** What Redis holds now, and the most that it has held. */
export async function usedBytes({ redis }: Rig): Promise<{ used: number; peak: number }> {
  const info = await redis.info("memory");
  const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1]);
  return { used: field("used_memory"), peak: field("used_memory_peak") };
}
