import { valuesOfNumbers } from "@volley/contract";

/** A batch's people are spread over so many buckets by the last six bits of their numbers. */
const BUCKETS = 64;

/** What is left of a number of 15 digits has 44 bits: seven characters of seven bits, which the client need not encode. */
const WIDTH = 7;
const HEAD_CHARACTERS = BUCKETS * 2;

const LOW_BITS = 2 ** 28;

/** Where a number stands in a packed list. */
export type PackedPlace = { readonly bucket: number; readonly rest: string };

/** People packed so that one of them can be looked for without reading all: 7 bytes each, and 128 for the whole list. */
export type PackedPeople = {
  readonly packed: string;
  /** Whether there are others among them, who cannot be looked for. */
  readonly hasGroups: boolean;
};

/** @param values - of at most 1,000 recipients, of `valuesOfNumbers` */
export function packPeople(values: Float64Array): PackedPeople {
  const ends = new Uint16Array(BUCKETS);
  let people = 0;
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    people += 1;
    const bucket = bucketOf(value);
    ends[bucket] = (ends[bucket] ?? 0) + 1;
  }
  const bytes = Buffer.allocUnsafe(HEAD_CHARACTERS + people * WIDTH);
  for (let bucket = 0, end = 0; bucket < BUCKETS; bucket += 1) {
    end += ends[bucket] ?? 0;
    ends[bucket] = end;
    bytes[bucket * 2] = end >> 7;
    bytes[bucket * 2 + 1] = end & 127;
  }
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const bucket = bucketOf(value);
    const end = (ends[bucket] ?? 0) - 1;
    ends[bucket] = end;
    writeRest(bytes, HEAD_CHARACTERS + end * WIDTH, value);
  }
  return { packed: bytes.toString("latin1"), hasGroups: people < values.length };
}

/** @param number - at most 15 digits */
export function placeOfPerson(number: string): PackedPlace {
  const value = valuesOfNumbers([number])[0] ?? Number.NaN;
  const rest = Buffer.alloc(WIDTH);
  writeRest(rest, 0, value);
  return { bucket: bucketOf(value), rest: rest.toString("latin1") };
}

function bucketOf(value: number): number {
  return value - Math.floor(value / BUCKETS) * BUCKETS;
}

function writeRest(bytes: Buffer, from: number, value: number): void {
  const rest = Math.floor(value / BUCKETS);
  const high = Math.floor(rest / LOW_BITS);
  const low = rest - high * LOW_BITS;
  bytes[from] = (high >> 14) & 127;
  bytes[from + 1] = (high >> 7) & 127;
  bytes[from + 2] = high & 127;
  bytes[from + 3] = (low >> 21) & 127;
  bytes[from + 4] = (low >> 14) & 127;
  bytes[from + 5] = (low >> 7) & 127;
  bytes[from + 6] = low & 127;
}

/** A packed list without somebody. @returns `null` where they are not in it */
export function withoutPacked(packed: string, number: string): string | null {
  const { bucket, rest } = placeOfPerson(number);
  const bytes = Buffer.from(packed, "latin1");
  const endOf = (of: number): number => (of < 0 ? 0 : (bytes[of * 2] ?? 0) * 128 + (bytes[of * 2 + 1] ?? 0));
  const end = endOf(bucket);
  for (let place = endOf(bucket - 1); place < end; place += 1) {
    const at = HEAD_CHARACTERS + place * WIDTH;
    if (packed.slice(at, at + WIDTH) !== rest) continue;
    for (let each = bucket; each < BUCKETS; each += 1)
      bytes.writeUInt16BE(((endOf(each) - 1) >> 7) * 256 + ((endOf(each) - 1) & 127), each * 2);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + WIDTH)]).toString("latin1");
  }
  return null;
}

/** Lua: whether a packed list has somebody, by the place of {@link placeOfPerson}. */
export const HAS_PERSON = `
local function end_of(list, bucket)
  if bucket < 0 then return 0 end
  local high, low = string.byte(list, bucket * 2 + 1, bucket * 2 + 2)
  return high * 128 + low
end
local function has_person(list, bucket, rest)
  local people = string.sub(list, ${HEAD_CHARACTERS + 1} + end_of(list, bucket - 1) * ${WIDTH},
    ${HEAD_CHARACTERS} + end_of(list, bucket) * ${WIDTH})
  local found = string.find(people, rest, 1, true)
  while found and (found - 1) % ${WIDTH} ~= 0 do found = string.find(people, rest, found + 1, true) end
  return found ~= nil
end
`;
