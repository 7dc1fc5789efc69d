import { describe } from "@jest/globals";
import { describeBatches } from "./sms-api/describe-batches.ts";
import { describeDryRuns } from "./sms-api/describe-dry-runs.ts";
import { describeGroups } from "./sms-api/describe-groups.ts";
import { describeInbounds } from "./sms-api/describe-inbounds.ts";
import { describeReports } from "./sms-api/describe-reports.ts";
import { PLAN, PROJECT, setUpSmsApi } from "./sms-api/sms-api-stage.ts";
import type { SmsApi, SmsApiAccess } from "./sms-api/sms-api.ts";

/**
 * Tests a client of the Sinch SMS API against the emulator: every operation, with both ways to authenticate.
 *
 * @param client - what it is called in the report
 * @param connect - makes the client; nothing needs to be closed
 */
export function describeSmsApi(client: string, connect: (access: SmsApiAccess) => SmsApi): void {
  describe.each([
    ["a service plan's token", PLAN],
    ["a project's key", PROJECT],
  ])(`${client}, with %s,`, (_name, credentials) => {
    const stage = setUpSmsApi(credentials, connect);
    describeBatches(stage);
    describeDryRuns(stage);
    describeReports(stage);
    describeInbounds(stage);
    describeGroups(stage);
  });
}
