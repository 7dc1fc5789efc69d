import type { CarefulService } from "./careful-service.ts";
import type { Diary } from "./diary.ts";
import type { WorkerCrew } from "./worker-crew.ts";

/** What an operator works with. */
type Means = {
  readonly service: Pick<CarefulService, "reasonOf">;
  readonly crew: Pick<WorkerCrew, "size" | "term">;
  readonly regions: readonly string[];
  readonly diary: Diary;
  readonly pause: (ms: number) => Promise<void>;
};

const LOOK_EVERY_MS = 1_000;

/** Longer than it takes until the provider was asked again for what it has heard. */
const PUT_BACK_MS = 3_000;

const LIST_IS_OLDER = "is older than what this worker has read, or another";

/**
 * Does what the docs tell an operator to do where Redis has lost the last of the list of opt-outs: they wait until what is missing
 * is there again (the workers poll for it), and restart the workers. Goes on until it is closed, or pausing throws.
 */
export function startOperator({ service, crew, regions, diary, pause }: Means): {
  readonly close: () => Promise<void>;
} {
  const closing = new AbortController();
  const isOlder = async (): Promise<boolean> => {
    const reasons = await Promise.all(regions.map(service.reasonOf));
    return reasons.some((reason) => reason?.includes(LIST_IS_OLDER));
  };
  const watch = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await pause(LOOK_EVERY_MS);
      if (!(await isOlder())) continue;
      await pause(PUT_BACK_MS);
      if (closing.signal.aborted || !(await isOlder())) continue;
      diary.note("an operator restarts the workers: the list in Redis is older than what they have read");
      await Promise.all(Array.from({ length: crew.size }, async (_, place) => crew.term(place, 0)));
    }
  };
  const watching = watch().catch((error: unknown) => diary.note(`the operator has gone: ${String(error)}`));
  return {
    close: async () => {
      closing.abort();
      await watching;
    },
  };
}
