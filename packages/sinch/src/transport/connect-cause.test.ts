import { expect, test } from "@jest/globals";
import { connectCause } from "./connect-cause.ts";

test.each([
  ["ENOTFOUND", "unknown_host"],
  ["EAI_AGAIN", "dns_failed"],
  ["EAI_FAIL", "dns_failed"],
  ["CERT_HAS_EXPIRED", "wrong_certificate"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "wrong_certificate"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "wrong_certificate"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "wrong_certificate"],
  ["ECONNREFUSED", "connect_failed"],
  ["ECONNRESET", "connect_failed"],
  ["EHOSTUNREACH", "connect_failed"],
  ["EPROTO", "connect_failed"],
  ["EPROXY", "connect_failed"],
  ["unexpected", "connect_failed"],
])("%s is %s", (code, cause) => {
  expect(connectCause(code)).toBe(cause);
});
