import { describe, expect, it } from "@jest/globals";
import { guarded } from "../../../../test/guarded-region.ts";
import type { Trouble } from "../terms/trouble.ts";

const host = "eu.sms.api.sinch.com";
const UNAVAILABLE: Trouble = { kind: "unavailable", code: "http_503", status: 503, host };
const THROTTLED: Trouble = { kind: "throttled", code: "http_429", status: 429, host };
const REFUSED: Trouble = { kind: "unauthorized", code: "http_401", status: 401, host };
const UNKNOWN_HOST: Trouble = { kind: "unavailable", code: "unknown_host", host, systemCode: "ENOTFOUND" };
const WRONG_CERTIFICATE: Trouble = {
  kind: "unavailable",
  code: "wrong_certificate",
  host,
  systemCode: "CERT_HAS_EXPIRED",
};
const UNHEARD: Trouble = { kind: "unavailable", code: "connect_failed", host, systemCode: "ECONNREFUSED" };

describe("a region whose provider cannot be reached with its set-up", () => {
  it.each([
    [UNKNOWN_HOST, "unknown_host at eu.sms.api.sinch.com: ENOTFOUND"],
    [WRONG_CERTIFICATE, "wrong_certificate at eu.sms.api.sinch.com: CERT_HAS_EXPIRED"],
  ])("is suspended, and says where and why: $code", async (trouble, words) => {
    const { guard, suspensions, lines, fields } = guarded();
    await guard.suspend(trouble, 3_000);
    await guard.suspend(trouble, 3_000);
    const said = `the provider cannot be reached with its set-up`;
    expect(suspensions.at(-1)).toEqual([`suspended: ${said} (${words})`, 16_000]);
    expect(lines).toEqual([`error: region suspended: ${said}`]);
    const { code, systemCode } = trouble;
    expect(fields).toEqual([{ region: "eu", reason: "unavailable", code, host, systemCode }]);
  });

  it("resumes when a question is answered, which ends no refusal", async () => {
    const { guard, suspensions, lines } = guarded();
    await guard.suspend(UNKNOWN_HOST, 3_000);
    guard.heard(null);
    guard.heard(null);
    expect(guard.isSuspended()).toBe(false);
    expect(suspensions.at(-1)).toEqual([null, 0]);
    expect(lines.slice(1)).toEqual(["info: region resumed"]);
    await guard.suspend(REFUSED, 60_000);
    guard.heard(null);
    expect(guard.isSuspended()).toBe(true);
  });

  it.each([
    [UNKNOWN_HOST, UNHEARD, false],
    [UNKNOWN_HOST, UNAVAILABLE, false],
    [UNKNOWN_HOST, { kind: "unavailable", code: "dns_failed", host } as const, true],
    [WRONG_CERTIFICATE, UNHEARD, true],
    [WRONG_CERTIFICATE, THROTTLED, false],
    [WRONG_CERTIFICATE, { kind: "unknown", code: "timeout", host } as const, false],
    [REFUSED, UNAVAILABLE, true],
  ])(
    "after $code stays suspended if $1.code does not prove that it is reached: $2",
    async (before, now, isSuspended) => {
      const { guard } = guarded();
      await guard.suspend(before, 3_000);
      guard.heard(now);
      expect(guard.isSuspended()).toBe(isSuspended);
    },
  );

  it("tells each reason once, though two of them take turns", async () => {
    const { guard, lines, suspensions, pass } = guarded();
    for (let probe = 0; probe < 6; probe += 1) {
      await guard.suspend(probe % 2 === 0 ? UNKNOWN_HOST : WRONG_CERTIFICATE, 3_000);
      pass(3_000);
    }
    expect(lines).toHaveLength(2);
    expect(suspensions.at(-1)?.[0]).toContain("wrong_certificate");
  });
});
