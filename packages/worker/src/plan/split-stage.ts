import { contentDigest, parametersFor, type ReadyStagedSend, type StagedSend } from "@volley/contract";
import type { Plan } from "./plan.ts";
import { partCount, partSize } from "./split-send.ts";

/**
 * The plan of a send whose recipients are staged. Its parts name their piece of the stage: the planner never sees a
 * recipient, and a part is a few hundred bytes whatever the send has.
 */
export function planOfStage(send: ReadyStagedSend, expireAt: Date): Plan {
  const common = parametersFor(send.parameters, []);
  const { id, recipients, duplicate = 0, rejected = 0, refused = [] } = send.staged;
  return {
    message: send.message as Plan["message"],
    content: contentDigest(send),
    planned: {
      parts: partCount(recipients),
      requested: recipients + duplicate + rejected,
      duplicate,
      rejected,
      refused,
      // Where the recipients stood in the caller's list is known to nobody any more.
      skipped: [],
      stage: id,
      ...(common && { parameters: common }),
    },
    isUrgent: send.message.priority === "urgent",
    partOf: (part) => partOfStage(send, expireAt, part),
  };
}

/** @param expireAt - of the send: counted from the part's own enqueueing it would move */
function partOfStage({ message, staged, parameters }: ReadyStagedSend, expireAt: Date, part: number): StagedSend {
  const common = parametersFor(parameters, []);
  return {
    ...message,
    ...(common && { parameters: common }),
    staged: { id: staged.id, recipients: partSize(staged.recipients, part), piece: part },
    expire_at: expireAt.toISOString(),
  } as StagedSend;
}
