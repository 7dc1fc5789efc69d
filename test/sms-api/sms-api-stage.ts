import { afterAll, beforeAll } from "@jest/globals";
import { type Emulator, startEmulator } from "@volley/emulator";
import { type CallbackReceiver, startCallbackReceiver } from "../callback-receiver.ts";
import type { SmsApi, SmsApiAccess } from "./sms-api.ts";

/** A service plan and a project that the emulator knows. */
export const PLAN = { servicePlanId: "plan", apiToken: "token" };
export const PROJECT = { projectId: "project", keyId: "key", keySecret: "secret" };

/** What the tests of one client share; ready when the first of them runs. */
export interface SmsApiStage {
  readonly api: SmsApi;
  readonly emulator: Emulator;
  readonly receiver: CallbackReceiver;
  /** The plan or project that the client speaks for. */
  readonly plan: string;
}

/** Sets up an emulator and a client of it for the tests of the `describe` that it is called in. */
export function setUpSmsApi(
  credentials: typeof PLAN | typeof PROJECT,
  connect: (access: SmsApiAccess) => SmsApi,
): SmsApiStage {
  const stage: { -readonly [Key in keyof SmsApiStage]?: SmsApiStage[Key] } = {};
  beforeAll(async () => {
    const { projectId, ...key } = PROJECT;
    stage.emulator = await startEmulator({
      plans: { [PLAN.servicePlanId]: PLAN.apiToken },
      projects: { [projectId]: key },
      speed: 1_000,
    });
    stage.receiver = await startCallbackReceiver();
    stage.plan = "projectId" in credentials ? credentials.projectId : credentials.servicePlanId;
    stage.api = connect({ url: stage.emulator.url, ...credentials });
  });
  afterAll(async () => {
    await stage.emulator?.close();
    await stage.receiver?.close();
  });
  return stage as SmsApiStage;
}
