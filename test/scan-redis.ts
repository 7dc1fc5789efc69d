import { Redis } from "ioredis";

/** Everything that stands in a Redis, keys included, one byte in each character. */
export async function everythingIn(url: string): Promise<string> {
  const redis = new Redis(url);
  const found: string[] = [];
  try {
    for await (const page of redis.scanStream({ count: 1_000 })) {
      for (const key of page as string[]) found.push(key, ...(await valuesOf(redis, key)));
    }
  } finally {
    redis.disconnect();
  }
  return found.join("\n");
}

/** A number in every way in which one is written down: digits, a token of the suppression list, whole and floating numbers, packed. */
export function formsOf(number: string): string[] {
  const value = Number(number);
  const eight = Buffer.alloc(8);
  const whole = (write: "writeBigUInt64LE" | "writeBigUInt64BE"): string => {
    eight[write](BigInt(value));
    return write.endsWith("BE") ? eight.toString("latin1", 2) : eight.toString("latin1", 0, 6);
  };
  const floating = (write: "writeDoubleLE" | "writeDoubleBE"): string => {
    eight[write](value);
    return eight.toString("latin1");
  };
  return [
    number,
    tokenOf(value),
    value.toString(36),
    value.toString(16),
    ...(["writeBigUInt64LE", "writeBigUInt64BE"] as const).map(whole),
    ...(["writeDoubleLE", "writeDoubleBE"] as const).map(floating),
    sevenBits(value),
  ];
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz-";

function tokenOf(value: number): string {
  let text = "";
  for (let rest = value; text.length < 9; rest = Math.floor(rest / 64)) text = ALPHABET.charAt(rest % 64) + text;
  return text;
}

/** As the first number of a block of traces. */
function sevenBits(value: number): string {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
  return Buffer.from(bytes).toString("latin1");
}

async function valuesOf(redis: Redis, key: string): Promise<string[]> {
  const type = await redis.type(key);
  if (type === "string") return texts([await redis.getBuffer(key)]);
  if (type === "hash") return texts(await redis.callBuffer("HGETALL", key));
  if (type === "list") return texts(await redis.lrangeBuffer(key, 0, -1));
  if (type === "set") return texts(await redis.smembersBuffer(key));
  if (type === "zset") return texts(await redis.callBuffer("ZRANGE", key, "0", "-1", "WITHSCORES"));
  if (type === "stream") return texts(await redis.xrangeBuffer(key, "-", "+"));
  if (type === "none") return [];
  throw new Error(`a key of a type that nobody has looked into: ${type}`);
}

function texts(value: unknown): string[] {
  if (Buffer.isBuffer(value)) return [value.toString("latin1")];
  if (Array.isArray(value)) return value.flatMap(texts);
  return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}
