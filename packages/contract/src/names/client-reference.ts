import { hash } from "node:crypto";
import { isCountedId, regionOfSendId, sendOf } from "./send-id.ts";

/** Sinch's current documents allow 2,048 characters, its older ones 128. This works under both. */
export const MAX_CLIENT_REFERENCE_CHARACTERS = 128;

/** Characters that set apart jobs whose ID is not unique by itself. */
const MARK_CHARACTERS = 10;

/** Characters of a mark that stands for a job ID which is too long to be written out. */
const LONG_MARK_CHARACTERS = 40;

/** The job of a send or part, as far as its reference depends on it. */
export type ReferredJob = {
  readonly id: string;
  /** The full name of its queue, with prefix. */
  readonly queue: string;
  /** When it was created, in milliseconds. */
  readonly timestamp: number;
  /** The digest of what the whole send brings; see `contentDigest`. It is asked for only where it counts. */
  readonly content: () => string;
};

/**
 * The reference of one part at the provider: `<own>~<job id>`, the same on every try, unique for ever.
 *
 * Unique is what asking before sending again rests on. A job ID that another client gave is not: it can come again in
 * another queue, and with something else to send. Such a job's reference carries a mark of its queue and of its content:
 * `<own>~<mark>~<job id>`. So another content is never asked about under the reference of an earlier one; and the same
 * content has the same reference, whoever adds the job again after Redis has forgotten it. An ID from BullMQ's counter,
 * such as `17`, comes again after Redis was emptied, too, so there the mark is also of the job's time of creation. Where
 * that does not fit, the mark alone stands for the job, and the end of the own reference is left out.
 *
 * The ID of a send of ours is made from its key, which stands for one content.
 *
 * @param own - the caller's own reference, at most 80 characters
 * @param job - the part's job
 * @param piece - sets apart the pieces of a part that is sent in several; it is the end of the reference. @default ""
 * @returns at most {@link MAX_CLIENT_REFERENCE_CHARACTERS} characters
 */
export function clientReference(own: string | undefined, job: ReferredJob, piece = ""): string {
  if (regionOfSendId(sendOf(job.id)) !== null) return join(own, `~${job.id}${piece}`);
  // Whoever makes the ID adds the job again under it after Redis has forgotten it: it must be the same reference then.
  const isCounted = isCountedId(sendOf(job.id));
  const identity = [job.queue, job.id, job.content(), ...(isCounted ? [job.timestamp] : [])].join("\n");
  const mark = hash("sha256", identity);
  const ending = `~${mark.slice(0, MARK_CHARACTERS)}~${job.id}${piece}`;
  const isShort = (own ?? "").length + ending.length <= MAX_CLIENT_REFERENCE_CHARACTERS;
  return join(own, isShort ? ending : `~${mark.slice(0, LONG_MARK_CHARACTERS)}${piece}`);
}

/** The ending makes the reference unique, so it is never cut; neither is a surrogate pair. */
function join(own: string | undefined, ending: string): string {
  const kept = (own ?? "").slice(0, MAX_CLIENT_REFERENCE_CHARACTERS - ending.length);
  return `${kept.replace(/[\uD800-\uDBFF]$/, "")}${ending}`;
}
