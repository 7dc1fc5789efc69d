import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { noRecipients, SEND_STATES, sendResultSchema } from "./result.ts";

const result = {
  state: "partial",
  region: "eu",
  recipients: { ...noRecipients(4), accepted: 2, rejected: 1, unknown: 1 },
  batches: [
    {
      id: "01HEAWCHESCXG8SDG5R10VF8E1",
      part: 0,
      recipients: 2,
      accepted_at: "2026-12-01T08:00:00.000Z",
      adopted: false,
    },
  ],
  rejected: [{ recipient: "+1", reason: "invalid_msisdn", by: "volley" }],
  errors: [{ part: 1, code: "timeout", text: "no answer in time (request)", recipients: 1 }],
};

test("reads a result as it was written, also after it was JSON", () => {
  expect(sendResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
});

test("reads a batch that was taken back and a recipient's place", () => {
  const batches = [{ ...result.batches[0], canceled: true }];
  const rejected = [{ ...result.rejected[0], index: 17 }];
  expect(sendResultSchema.parse({ ...result, batches, rejected })).toEqual({ ...result, batches, rejected });
});

test.each(SEND_STATES)("knows the state %s", (state) => {
  expect(sendResultSchema.safeParse({ ...result, state }).success).toBe(true);
});

test.each([
  ["an unheard-of state", { state: "done" }],
  ["a missing region", { region: undefined }],
  ["a negative count", { recipients: { ...result.recipients, accepted: -1 } }],
  ["half a recipient", { recipients: { ...result.recipients, accepted: 0.5 } }],
  ["a missing count", { recipients: { ...result.recipients, unknown: undefined } }],
  ["a batch without an ID", { batches: [{ ...result.batches[0], id: undefined }] }],
  ["somebody else who rejected", { rejected: [{ recipient: "+1", reason: "x", by: "operator" }] }],
  ["an error without a code", { errors: [{ part: 0, text: "x", recipients: 1 }] }],
])("refuses %s", (_, fields) => {
  expect(sendResultSchema.safeParse({ ...result, ...fields }).success).toBe(false);
});

test("begins to count with nobody", () => {
  const { requested, ...others } = noRecipients(7);
  expect(requested).toBe(7);
  expect(Object.values(others)).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

test("is what the README shows", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const [, example = ""] = /```json\n(.*?)```/s.exec(readme) ?? [];
  const shown: unknown = JSON.parse(example);
  expect(sendResultSchema.parse(shown)).toEqual(shown);
});
