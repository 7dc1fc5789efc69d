import { describe, expect, it } from "@jest/globals";
import { unreadSettings } from "./unread-settings.ts";

function unread(names: readonly string[], regions: readonly string[] | null = ["us", "gulf-2"]): string[] {
  return unreadSettings(Object.fromEntries(names.map((name) => [name, "a secret"])), regions);
}

describe("unreadSettings", () => {
  it("names what nobody reads, and what was meant perhaps", () => {
    expect(
      unread([
        "VOLLEY_LOG_LEVL",
        "VOLLEY_US_API_TOKN",
        "VOLLEY_GULF2_API_TOKEN",
        "VOLLEY_WRKER_CONCURRENCY",
        "VOLLEY_X",
      ]),
    ).toEqual([
      "VOLLEY_LOG_LEVL: nobody reads it, did you mean VOLLEY_LOG_LEVEL?",
      "VOLLEY_US_API_TOKN: nobody reads it, did you mean VOLLEY_US_API_TOKEN?",
      expect.stringMatching(/^VOLLEY_GULF2_API_TOKEN: .*, did you mean VOLLEY_GULF_2_API_TOKEN\?$/),
      expect.stringMatching(/^VOLLEY_WRKER_CONCURRENCY: .*, did you mean VOLLEY_WORKER_CONCURRENCY\?$/),
      "VOLLEY_X: nobody reads it",
    ]);
  });

  it("names those of a region that is not listed, and none where any may be meant", () => {
    const names = ["VOLLEY_BR_API_TOKEN_FILE"];
    expect(unread(names)).toEqual([
      "VOLLEY_BR_API_TOKEN_FILE: VOLLEY_REGIONS does not list its region, and nobody reads it",
    ]);
    expect(unread(names, null)).toEqual([]);
  });

  it("says nothing of what somebody reads, of what is nobody's, and of what Kubernetes sets", () => {
    expect(
      unread([
        "VOLLEY_REGIONS",
        "VOLLEY_CA_FILE",
        "VOLLEY_BOARD_PASSWORD_FILE",
        "VOLLEY_US_BURST_MS",
        "HOME",
        "VOLLEY_GULF_2_KEY_SECRET_FILE",
        "VOLLEY_EMULATOR_SPEED",
        "VOLLEY_TEST_REDIS_URL",
        "VOLLEY_WORKER_SERVICE_HOST",
        "VOLLEY_WORKER_SERVICE_PORT_HTTP",
        "VOLLEY_WORKER_PORT_9090_TCP_ADDR",
        "VOLLEY_BOARD_PORT",
        "VOLLEY_SERVICE_HOST",
      ]),
    ).toEqual([]);
  });
});
