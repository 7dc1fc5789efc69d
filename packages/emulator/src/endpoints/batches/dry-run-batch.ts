import { jsonAnswer, refusalAnswer } from "../../calls/answer.ts";
import { checkBatch } from "../../check/check-batch.ts";
import { dryRun } from "../../check/dry-run.ts";
import { batchRules } from "../../emulation/emulation.ts";
import { readJson } from "../../calls/json-body.ts";
import { readInteger } from "../../calls/read-paging.ts";
import { invalidFormat } from "../../values/refusal.ts";
import type { Endpoint } from "../endpoint.ts";

/** Sinch: how many recipients are described at most, and when nothing is said. */
const MAX_DETAILS = 1_000;
const DEFAULT_DETAILS = 100;

/** `POST /batches/dry_run`: what a batch would come to. Groups are taken as they are now. */
export const dryRunBatch: Endpoint = {
  method: "POST",
  path: "/batches/dry_run",
  handle: (call, { emulation, nowMs }) => {
    const body = readJson(call);
    if (!body.isJson) return body.answer;
    const wantsDetails = call.query.get("per_recipient") || "false";
    if (wantsDetails !== "true" && wantsDetails !== "false") {
      const text = `The format of parameter 'per_recipient' is invalid; '${wantsDetails}' is not a valid boolean`;
      return refusalAnswer(invalidFormat(text));
    }
    const maxDetails = readInteger(call.query, "number_of_recipients", DEFAULT_DETAILS, 0, MAX_DETAILS);
    if (typeof maxDetails === "object") return refusalAnswer(maxDetails);
    const checked = checkBatch(body.value, batchRules(emulation, call.plan, nowMs));
    if ("code" in checked) return refusalAnswer(checked);
    const numbers = checked.recipients.keys.flatMap((key) =>
      typeof key === "number" ? [key] : [...emulation.groups.members(call.plan, key)],
    );
    const { recipients, messages, details } = dryRun(checked, numbers, maxDetails);
    return jsonAnswer(200, {
      number_of_recipients: recipients,
      number_of_messages: messages,
      ...(wantsDetails === "true" ? { per_recipient: details } : {}),
    });
  },
};
