import { shownId, withoutNumbers } from "@volley/contract";
import type { Log } from "./log.ts";

/**
 * The same log without the phone numbers that others may have put into it: into the ID of a job, and into an error that
 * comes from one (BullMQ names the job in its messages).
 */
export function shieldLog(log: Log): Log {
  return {
    debug: (fields, message) => log.debug(shield(fields), message),
    info: (fields, message) => log.info(shield(fields), message),
    warn: (fields, message) => log.warn(shield(fields), message),
    error: (fields, message) => log.error(shield(fields), message),
  };
}

function shield(fields: object): object {
  const { jobId, reason }: { jobId?: unknown; reason?: unknown } = fields;
  return {
    ...fields,
    ...(typeof jobId === "string" && { jobId: shownId(jobId) }),
    ...(typeof reason === "string" && { reason: withoutNumbers(reason) }),
  };
}
