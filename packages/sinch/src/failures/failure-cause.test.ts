import { expect, test } from "@jest/globals";
import { classify } from "./classify.ts";
import { FAILURE_CAUSES, failureCause } from "./failure-cause.ts";
import type { Failure } from "./outcome.ts";

const NOW = new Date("2026-12-01T08:00:00Z");

function answered(status: number, body = ""): Failure {
  return classify({ status, headers: {}, body }, NOW);
}

function unanswered(code: string, wasWritten = false): Failure {
  return classify({ status: null, code, text: "", wasWritten }, NOW);
}

test.each(["unknown_host", "dns_failed", "wrong_certificate", "connect_failed", "connection_lost", "timeout"])(
  "no answer has its code for a cause: %s",
  (code) => {
    expect(failureCause(unanswered(code))).toBe(code);
    expect(failureCause(unanswered(code, true))).toBe(code);
  },
);

test.each([401, 402, 404, 429, 500, 502, 503, 504])("%i is named, whatever the body calls it", (status) => {
  expect(failureCause(answered(status))).toBe(`http_${status}`);
  expect(failureCause(answered(status, '{"code":"code_of_today"}'))).toBe(`http_${status}`);
});

test("a 403 is named where it is about the account", () => {
  expect(failureCause(answered(403, "<html>Access denied</html>"))).toBe("http_403");
  expect(failureCause(answered(403, '{"code":"blocked_account"}'))).toBe("http_403");
});

test.each([302, 501, 599, 999])("%i is one of the others: the causes are known beforehand", (status) => {
  expect(failureCause(answered(status))).toBe("http_other");
});

test.each(["token_refused", "token_throttled", "token_unavailable"])("%s is the token host's", (code) => {
  expect(failureCause({ kind: "unauthorized", status: 401, code, text: "" })).toBe(code);
});

test("an answer that makes no sense has a cause, too", () => {
  expect(failureCause({ kind: "unknown", code: "no_batch_id", text: "" })).toBe("other");
});

test("a refusal of what a send says is no failure of its region", () => {
  expect(failureCause(answered(400))).toBeNull();
});

test("every cause is one of those that are known beforehand", () => {
  const statuses = Array.from({ length: 900 }, (_, index) => 100 + index);
  const causes = new Set(statuses.map((status) => failureCause(answered(status))));
  causes.delete(null);
  expect(FAILURE_CAUSES).toEqual(expect.arrayContaining([...causes]));
});
