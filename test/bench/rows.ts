import type { Row } from "./row.ts";
import { api } from "./rows/api.ts";
import { callbacks } from "./rows/callbacks.ts";
import { campaigns } from "./rows/campaigns.ts";
import { coalescedMillion } from "./rows/coalesced-million.ts";
import { coalesced } from "./rows/coalesced.ts";
import { curve } from "./rows/curve.ts";
import { deadToken } from "./rows/dead-token.ts";
import { enqueue } from "./rows/enqueue.ts";
import { instead } from "./rows/instead.ts";
import { isolation } from "./rows/isolation.ts";
import { memory } from "./rows/memory.ts";
import { million } from "./rows/million.ts";
import { naive } from "./rows/naive.ts";
import { pace } from "./rows/pace.ts";
import { processes } from "./rows/processes.ts";
import { profile } from "./rows/profile.ts";
import { receipts } from "./rows/receipts.ts";
import { redisMemory } from "./rows/redis-memory.ts";
import { redisShare } from "./rows/redis-share.ts";
import { singles } from "./rows/singles.ts";
import { slow } from "./rows/slow.ts";
import { suppressed } from "./rows/suppressed.ts";
import { urgent } from "./rows/urgent.ts";

/** Every row of the table, by its number. What is lost or sent twice when everything dies is `pnpm chaos`'s to say. */
export const ROWS: readonly Row[] = [
  million,
  naive,
  singles,
  coalesced,
  enqueue,
  memory,
  redisMemory,
  isolation,
  pace,
  urgent,
  curve,
  profile,
  slow,
  deadToken,
  receipts,
  callbacks,
  suppressed,
  api,
  processes,
  coalescedMillion,
  campaigns,
  redisShare,
  instead,
];

/** The rows that were named, in the order of the table; all of them when none was. @throws TypeError naming an unknown one */
export function chooseRows(wanted: readonly string[]): readonly Row[] {
  const unknown = wanted.filter((text) => !ROWS.some((row) => isMeant(row, text)));
  if (unknown.length > 0) throw new TypeError(`--rows: there is no ${unknown.join(", ")}; see --help`);
  return wanted.length === 0 ? ROWS : ROWS.filter((row) => wanted.some((text) => isMeant(row, text)));
}

function isMeant({ number, name }: Row, text: string): boolean {
  return text === name || text === String(number);
}
