import { differingFields, type Problem, readJobData } from "@volley/contract";
import { conflict } from "./claim.ts";
import { hasCode } from "../terms/producer-error.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";

/** What is only in a job, or is told by its list. */
const BESIDE_THE_MESSAGE = { to: undefined, parameters: undefined, staged: undefined, v: undefined };

/** What is said of each field: nobody repeats what stands there. */
const OTHER = "expected what it was before, got something else";

const OTHER_PEOPLE: Problem = {
  field: "to",
  message: "expected the same recipients with the same values in the same order",
};

/**
 * Says of a conflict which fields differ from those of the send that its key stands for, where the job of that one is still there.
 *
 * @param address - of the send that the key stands for, or of any one that has its message
 * @param given - the send that was to be enqueued
 * @returns whatever was thrown, or the conflict with the fields
 */
export async function namingDifferences(
  { link, queueOf }: QueueAccess,
  { id, region }: SendAddress,
  given: object,
  error: unknown,
): Promise<unknown> {
  if (!hasCode(error, "VOLLEY_IDEMPOTENCY_CONFLICT") || error.differs === undefined) return error;
  const job = await link.run(async () => queueOf(region).getJob(id)).catch(() => undefined);
  if (!job) return error;
  const { kind, data } = readJobData(job.data);
  const before = Object(kind === "send" ? data : data.message) as object;
  const ofMessage = differingFields({ ...before, ...BESIDE_THE_MESSAGE }, { ...given, ...BESIDE_THE_MESSAGE });
  const differs = [...ofMessage.map((field) => ({ field, message: OTHER })), ...error.differs];
  return conflict(differs.length > 0 ? differs : differencesOfLists(before, given));
}

/** Where both lists are at hand it is seen whether people or their values differ. */
function differencesOfLists(before: object, given: object): Problem[] {
  const [one, other] = [before, given].map((send) => ({
    to: Reflect.get(send, "to"),
    parameters: Reflect.get(send, "parameters"),
  }));
  if (!Array.isArray(one?.to) || !Array.isArray(other?.to)) return [OTHER_PEOPLE];
  const fields = differingFields(one, other).filter((field) => field === "parameters");
  return fields.length > 0 ? [{ field: "parameters", message: OTHER }] : [OTHER_PEOPLE];
}
