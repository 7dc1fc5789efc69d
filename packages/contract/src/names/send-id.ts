import { createHash, randomBytes } from "node:crypto";
import { AUTO_REGION, REGION_NAME_PATTERN } from "./region.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** 20 characters of five bits each: 100 bits, beyond any chance of two sends sharing one. */
const UNIQUE_CHARACTERS = 20;

const SEND_ID = /^(?<region>[a-z][a-z0-9-]*)-(?<unique>[0-9a-hjkmnp-tv-z]{20})$/;

/** Nine digits are more parts than any send has; what another client wrote with more is not a part's ID. */
const PART_ID = /^(?<send>.+)\.p(?<part>0|[1-9]\d{0,8})$/;

/**
 * The ID of a send: its job's ID. The same key always gives the same ID, and nobody can read the key from it.
 *
 * @param region - the region's name; it is the beginning of the ID, so that an ID alone finds its queue
 * @param idempotencyKey - the caller's key; without one the ID is random
 * @returns for example `eu-5xk2m9q0c3v7b1n8d4fa`
 */
export function sendId(region: string, idempotencyKey?: string): string {
  const bytes =
    idempotencyKey === undefined
      ? randomBytes(UNIQUE_CHARACTERS)
      : createHash("sha256").update(`${region}\n${idempotencyKey}`).digest().subarray(0, UNIQUE_CHARACTERS);
  return `${region}-${[...bytes].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("")}`;
}

/**
 * The region in the ID of a send that a producer of ours made.
 *
 * @returns `null` for an ID that another client gave
 */
export function regionOfSendId(id: string): string | null {
  const region = SEND_ID.exec(id)?.groups?.["region"];
  return region !== undefined && REGION_NAME_PATTERN.test(region) ? region : null;
}

/** Whether an ID is that of several sends together, to which recipients were routed: no job has it. */
export function isRoutedId(id: string): boolean {
  return SEND_ID.exec(id)?.groups?.["region"] === AUTO_REGION;
}

/**
 * The job ID of a part. It depends on nothing but the send and the index, so that planning twice adds nothing twice.
 *
 * @param id - the send's ID
 * @param part - the part's index, from 0
 */
export function partId(id: string, part: number): string {
  return `${id}.p${part}`;
}

/**
 * The index in the job ID of a part.
 *
 * @returns 0 for the ID of a send: a send that was not split is its own first part
 */
export function partOf(id: string): number {
  return Number(PART_ID.exec(id)?.groups?.["part"] ?? 0);
}

/** The send that a part belongs to; the ID itself when it is not a part's. */
export function sendOf(id: string): string {
  return PART_ID.exec(id)?.groups?.["send"] ?? id;
}

/**
 * Whether an ID came from BullMQ's counter, because nobody has given the job one. Such an ID comes again after Redis was
 * emptied, so that it takes the job's time of creation to tell two of them apart.
 */
export function isCountedId(id: string): boolean {
  return /^\d+$/.test(id);
}
