import { SILENT_OBSERVER } from "../packages/worker/src/terms/observer.ts";
import { createRegionGuard, type RegionGuard } from "../packages/worker/src/region/region-guard.ts";

/** A guard whose clock stands still until time passes, and what it did. */
export function guarded(): {
  guard: RegionGuard;
  notices: [string | null, number][];
  suspensions: [string | null, number][];
  holds: number[];
  lines: string[];
  fields: object[];
  events: object[];
  pass: (ms: number) => void;
} {
  const holds: number[] = [];
  const notices: [string | null, number][] = [];
  const suspensions: [string | null, number][] = [];
  const lines: string[] = [];
  const events: object[] = [];
  const fields: object[] = [];
  let nowMs = Date.parse("2026-12-01T12:00:00Z");
  const line = (level: string) => (said: object, message: string) => {
    fields.push(said);
    lines.push(`${level}: ${message}`);
  };
  const guard = createRegionGuard({
    region: "eu",
    log: { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") },
    observer: {
      ...SILENT_OBSERVER,
      backedOff: (event) => void events.push(event),
      suspended: (event) => void events.push(event),
    },
    now: () => new Date(nowMs),
    holdRegion: async (delayMs) => void holds.push(delayMs),
    postBackOff: (notice, forMs) => void notices.push([notice, forMs]),
    postSuspension: (notice, forMs) => void suspensions.push([notice, forMs]),
  });
  return { guard, notices, suspensions, holds, lines, fields, events, pass: (ms) => void (nowMs += ms) };
}
