import type { RollingReport } from "./run-rolling-restart.ts";

/** For longer nothing may stand still. */
const LONGEST_SILENCE_MS = 5_000;

/** Everything about a run that must not be; none when all is well. */
export function problemsOf({ problems, silentMs, exitCodes }: RollingReport): string[] {
  return [
    ...problems,
    ...(silentMs > LONGEST_SILENCE_MS
      ? [`nothing was accepted for ${silentMs} ms, at most ${LONGEST_SILENCE_MS} are wanted`]
      : []),
    ...exitCodes.flatMap((code) => (code === 0 ? [] : [`a worker that was told to end ended with ${code}`])),
  ];
}
