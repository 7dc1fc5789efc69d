import { describeValue } from "./describe-value.ts";
import type { HiddenIds } from "./hidden-ids.ts";
import { createAnswerMask } from "./mask-answer.ts";
import type { AnswerMask } from "./mask-answer.ts";
import { createDataMask } from "./mask-data.ts";
import type { Mask } from "./mask.ts";

/** How the board shows what is in the queues. */
export type Masks = { readonly data: Mask; readonly answer: AnswerMask };

/** Makes the masks that show IDs of jobs as these hidden IDs do. */
export function createMasks(hidden: HiddenIds): Masks {
  const id: Mask = (value) => {
    return typeof value === "string" || typeof value === "number" ? hidden.show(String(value)) : describeValue(value);
  };
  const data = createDataMask(id);
  return { data, answer: createAnswerMask(id, data) };
}
