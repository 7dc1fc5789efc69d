import { describe, expect, test } from "@jest/globals";
import { classify } from "./classify.ts";
import { mayBeAccepted } from "./outcome.ts";

const now = new Date("2026-12-01T08:00:00Z");

function answer(status: number, body: unknown = "", headers: Record<string, string> = {}) {
  return classify({ status, headers, body: typeof body === "string" ? body : JSON.stringify(body) }, now);
}

describe("classify, statuses that Sinch documents", () => {
  test.each([
    [400, "syntax_invalid_json", "rejected"],
    [400, "syntax_invalid_parameter_format", "rejected"],
    [400, "syntax_constraint_violation", "rejected"],
    [403, "unknown_group", "rejected"],
    [403, "missing_callback_url", "rejected"],
    [403, "illegal_number_type", "rejected"],
    [403, "llegal_number_type", "rejected"],
    [403, "batch_already_dispatched", "rejected"],
    [403, "conflict_group_name", "rejected"],
    [403, "conflict_send_at", "rejected"],
    [403, "unknown_campaign", "rejected"],
    [403, "a_code_of_tomorrow", "rejected"],
    [403, "blocked_account", "unauthorized"],
    [400, "blocked_account", "rejected"],
  ])("%i %s is %s", (status, code, kind) => {
    expect(answer(status, { code, text: "why" })).toEqual({ kind, status, code, text: "why" });
  });

  test.each([
    [401, "unauthorized"],
    [404, "unauthorized"],
    [402, "unauthorized"],
    [403, "unauthorized"],
    [405, "rejected"],
    [415, "rejected"],
  ])("%i without a body is %s", (status, kind) => {
    expect(answer(status)).toEqual({ kind, status, code: `http_${status}`, text: `HTTP ${status}` });
  });

  test("429 is throttled, for as long as it says", () => {
    const throttled = { kind: "throttled", status: 429, code: "http_429", text: "HTTP 429" };
    expect(answer(429)).toEqual({ ...throttled, retryAfterMs: null });
    expect(answer(429, "{}", { "retry-after": "7" })).toEqual({ ...throttled, retryAfterMs: 7_000 });
  });

  test.each([500, 503])("%i is an outage, and the batch is asked for before it is sent again", (status) => {
    expect(answer(status, "", { "retry-after": "Tue, 01 Dec 2026 08:00:05 GMT" })).toEqual({
      kind: "unavailable",
      status,
      code: `http_${status}`,
      text: `HTTP ${status}`,
      retryAfterMs: 5_000,
      mayBeAccepted: true,
    });
  });
});

describe("classify, statuses that nobody documents", () => {
  test.each([406, 409, 410, 413, 418, 422, 425, 431, 451, 499])("%i falls back to its class: rejected", (status) => {
    expect(answer(status)).toMatchObject({ kind: "rejected", status });
  });

  test.each<[string, unknown]>([
    ["HTML", "<html><h1>Access denied</h1></html>"],
    ["plain text", "RBAC: access denied"],
    ["half a refusal", '{"code": "unknown_group", "te'],
    ["an empty object", {}],
    ["a message", { message: "Forbidden" }],
    ["Spring's default", { timestamp: "x", status: 403, error: "Forbidden", path: "/" }],
    ["an error object", { error: { code: 403, message: "no", status: "PERMISSION_DENIED" } }],
    ["problem+json", { type: "https://example.com/errors/forbidden", title: "no", detail: "why" }],
    ["a number as code", { code: 403, text: "no" }],
    ["a code alone", { code: "forbidden" }],
    ["a code and a message", { code: "forbidden", message: "no" }],
    ["a code and an empty text", { code: "forbidden", text: "" }],
    ["a list", [{ code: "unknown_group", text: "why" }]],
  ])("402 and 403 with %s are somebody's in between: the set-up", (_, body) => {
    for (const status of [402, 403]) expect(answer(status, body)).toMatchObject({ kind: "unauthorized", status });
  });

  test("402 speaks of the account, whatever it says", () => {
    expect(answer(402, { code: "out_of_credit", text: "why" })).toMatchObject({ kind: "unauthorized", status: 402 });
  });

  test.each([{ code: "unknown_group" }, { code: "x", text: "why" }, { code: "x", description: "why" }])(
    "403 is the provider's own refusal where it has a published code, or the provider's form: %p",
    (body) => {
      expect(answer(403, body)).toMatchObject({ kind: "rejected", code: body.code });
    },
  );

  test("a proxy that wants to be authenticated to is set-up", () => {
    expect(answer(407)).toMatchObject({ kind: "unauthorized", status: 407 });
  });

  test.each([408, 501, 502, 504, 505, 507, 520, 524, 599])("%i says nothing about the batch: unknown", (status) => {
    expect(answer(status, "<html>Bad Gateway</html>")).toEqual({
      kind: "unknown",
      status,
      code: `http_${status}`,
      text: "<html>Bad Gateway</html>",
    });
  });

  test.each([300, 301, 302, 303, 304, 307, 308])(
    "%i sends us elsewhere, where we do not go: not accepted",
    (status) => {
      const outcome = answer(status, "", { location: "https://example.com" });
      expect(outcome).toMatchObject({ kind: "unavailable", mayBeAccepted: false, retryAfterMs: null });
      expect(JSON.stringify(outcome)).not.toContain("example.com");
    },
  );

  test.each([100, 199, 600, 999])("%i makes no sense: unknown", (status) => {
    expect(answer(status).kind).toBe("unknown");
  });
});

test("404 about a thing that was named says that there is none", () => {
  expect(classify({ status: 404, headers: {}, body: "" }, now, true)).toMatchObject({ kind: "rejected", status: 404 });
  expect(classify({ status: 401, headers: {}, body: "" }, now, true)).toMatchObject({ kind: "unauthorized" });
});

describe("classify, no answer", () => {
  test.each(["timeout", "connect_failed"])("%s before a byte was written is unavailable and not accepted", (code) => {
    expect(classify({ status: null, code, text: "why", wasWritten: false }, now)).toEqual({
      kind: "unavailable",
      code,
      text: "why",
      retryAfterMs: null,
      mayBeAccepted: false,
    });
  });

  test("it is named which host it was, and what the system said", () => {
    const detail = { code: "connect_failed", text: "why", host: "proxy:3128", systemCode: "ECONNREFUSED" };
    expect(classify({ status: null, ...detail, wasWritten: false }, now)).toMatchObject(detail);
    expect(classify({ status: null, ...detail, wasWritten: true }, now)).toEqual({ kind: "unknown", ...detail });
  });

  test.each(["timeout", "connection_lost", "aborted", "unexpected"])("%s afterwards is unknown", (code) => {
    const outcome = classify({ status: null, code, text: "why", wasWritten: true }, now);
    expect(outcome).toEqual({ kind: "unknown", code, text: "why" });
  });
});

test.each([
  [classify({ status: null, code: "timeout", text: "", wasWritten: true }, now), true],
  [classify({ status: null, code: "timeout", text: "", wasWritten: false }, now), false],
  [answer(502), true],
  [answer(503), true],
  [answer(302), false],
  [answer(400), false],
  [answer(401), false],
  [answer(429), false],
  [{ kind: "accepted", batchId: "a", acceptedAt: "b" } as const, false],
])("says whether the provider may have accepted it silently: %p", (outcome, expected) => {
  expect(mayBeAccepted(outcome)).toBe(expected);
});
