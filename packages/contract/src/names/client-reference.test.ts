import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { clientReference, MAX_CLIENT_REFERENCE_CHARACTERS } from "./client-reference.ts";
import { partId, sendId } from "./send-id.ts";

const id = "eu-0123456789abcdefghjk";
const job = { id, queue: "{volley}:volley-eu", timestamp: 1_796_112_000_000, content: () => "a digest" };

describe("clientReference, for a send of our producer", () => {
  test("is the caller's own and the job's ID", () => {
    expect(clientReference("spring", job)).toBe(`spring~${id}`);
    expect(clientReference("spring", { ...job, id: partId(id, 17) })).toBe(`spring~${id}.p17`);
    expect(clientReference(undefined, job)).toBe(`~${id}`);
    expect(clientReference("a~b", job)).toBe(`a~b~${id}`);
  });

  test("depends on nothing else: a part that Redis forgot and that was added again keeps it", () => {
    expect(clientReference("spring", { ...job, content: () => "another digest" })).toBe(clientReference("spring", job));
    expect(clientReference("spring", { ...job, timestamp: 1 })).toBe(clientReference("spring", job));
  });

  test.each([0, 999, 9_999, 10_000, 123_456])("keeps the job's ID whole in the longest one: part %i", (part) => {
    const longest = partId(sendId("a2345678901234567890"), part);
    const reference = clientReference("x".repeat(80), { ...job, id: longest });
    expect(reference.length).toBeLessThanOrEqual(MAX_CLIENT_REFERENCE_CHARACTERS);
    expect(reference.endsWith(`x~${longest}`)).toBe(true);
  });
});

describe("clientReference, for a job of another client", () => {
  const counter = { ...job, id: "17" };

  test("carries a mark beside the ID", () => {
    expect(clientReference("spring", counter)).toMatch(/^spring~[0-9a-f]{10}~17$/);
  });

  test("is the same on every try", () => {
    expect(clientReference("spring", { ...counter })).toBe(clientReference("spring", counter));
  });

  test("is another one in another queue, with another content, and after Redis was emptied", () => {
    const references = [
      counter,
      { ...counter, queue: "{volley}:volley-us" },
      { ...counter, queue: "{other}:volley-eu" },
      { ...counter, timestamp: counter.timestamp + 1 },
      { ...counter, id: "18" },
      { ...counter, id: partId("17", 1) },
      { ...counter, content: () => "another digest" },
    ].map((entry) => clientReference(undefined, entry));
    expect(new Set(references).size).toBe(references.length);
  });

  test("keeps the content apart where the ID does not fit, too", () => {
    const long = { ...job, id: "order-".repeat(20) };
    const other = { ...long, content: () => "another digest" };
    expect(clientReference("spring", other)).not.toBe(clientReference("spring", long));
  });

  test("is a longer mark alone where the ID does not fit", () => {
    const long = { ...job, id: "order-".repeat(20) };
    expect(clientReference("spring", long)).toMatch(/^spring~[0-9a-f]{40}$/);
  });

  test("is the same when a job is added again under an ID that its caller made, and not under a counter's", () => {
    const own = { ...job, id: "order-17" };
    expect(clientReference("spring", { ...own, timestamp: 1 })).toBe(clientReference("spring", own));
    const counted = { ...job, id: "17.p3" };
    expect(clientReference("spring", { ...counted, timestamp: 1 })).not.toBe(clientReference("spring", counted));
  });

  test("does not cut a surrogate pair in two", () => {
    expect(clientReference(`${"x".repeat(86)}😀😀`, { ...job, id: "o".repeat(200) })).toMatch(/^x{86}~[0-9a-f]{40}$/);
    expect(clientReference(`${"x".repeat(85)}😀😀`, { ...job, id: "o".repeat(200) })).toMatch(
      /^x{85}😀~[0-9a-f]{40}$/u,
    );
  });
});

describe("clientReference, for a piece of a part", () => {
  test.each([
    ["a send of ours", id],
    ["a job of another client", "17"],
  ])("is that of the part with the piece's mark at the end: %s", (_, jobId) => {
    const part = { ...job, id: jobId };
    expect(clientReference("spring", part, "ab")).toBe(`${clientReference("spring", part)}ab`);
    expect(clientReference("spring", part, "")).toBe(clientReference("spring", part));
  });

  test.each([
    ["a send of ours", partId(sendId("a2345678901234567890"), 99_999)],
    ["a job of another client", "o".repeat(200)],
  ])("keeps the mark whole where the reference is long: %s", (_, jobId) => {
    const [left, right] = ["abababababa", "abababababb"].map((piece) =>
      clientReference("x".repeat(80), { ...job, id: jobId }, piece),
    );
    expect(left).toMatch(/^x+~.*abababababa$/);
    expect(right).not.toBe(left);
    expect(left?.length).toBeLessThanOrEqual(MAX_CLIENT_REFERENCE_CHARACTERS);
  });
});

test("is never longer than 128 characters, whatever the parts are", () => {
  const ids = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.nat().map((part) => partId(id, part)),
  );
  fc.assert(
    fc.property(
      fc.option(fc.string({ maxLength: 300 }), { nil: undefined }),
      ids,
      fc.nat(),
      (own, other, timestamp) => {
        const reference = clientReference(own, { ...job, id: other, timestamp });
        expect(reference.length).toBeLessThanOrEqual(MAX_CLIENT_REFERENCE_CHARACTERS);
      },
    ),
  );
});
