import { describe, expect, it } from "@jest/globals";
import { decidedOf, decisionFields, type Ledger, LEDGER_FIELD, ledgerFields, readLedger } from "./ledger.ts";

const SUBJECT = { content: "digest", people: 60, duplicate: 1, rejected: 2 };

const BEGUN: Ledger = {
  pending: [[0, 60]],
  taken: 0,
  batches: [],
  rejected: [],
  failures: [],
  suppressed: [],
  refusals: 0,
  alone: 0,
};

const ONCE: Ledger = { ...BEGUN, pending: [[20, 60]], taken: 20, batches: [batch("a")] };

const TWICE: Ledger = {
  pending: [[41, 60]],
  taken: 39,
  batches: [batch("a"), batch("b")],
  rejected: [{ recipient: "46701234567", place: 25, code: "unknown", text: "who is that" }],
  failures: [{ ending: "unknown", code: "unclear_batch", text: "nobody knows", recipients: ["46701234568"] }],
  suppressed: [],
  refusals: 3,
  alone: 1,
};

function batch(id: string): Ledger["batches"][number] {
  return { id, recipients: 20, accepted_at: "2026-12-01T08:00:00Z", adopted: false };
}

/** The fields of a job after these steps, each written on top of the others. */
function fieldsAfter(...steps: Ledger[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [at, step] of steps.entries()) {
    for (const [field, value] of ledgerFields(SUBJECT, step, steps[at - 1] ?? null)) fields.set(field, value);
  }
  return fields;
}

function read(fields: ReadonlyMap<string, string>): ReturnType<typeof readLedger> {
  const head = fields.get(LEDGER_FIELD);
  return readLedger(
    head,
    decisionFields(0, decidedOf(head)).map((field) => fields.get(field)),
  );
}

describe("a ledger in the fields of a job", () => {
  it.each([
    { title: "of which nothing is decided", steps: [BEGUN] },
    { title: "that was written in one step", steps: [TWICE] },
    { title: "that was written step by step", steps: [BEGUN, ONCE, TWICE] },
  ])("is read as it was kept: one $title", ({ steps }) => {
    expect(read(fieldsAfter(...steps))).toEqual({ subject: SUBJECT, ledger: steps.at(-1) });
  });

  it("takes the head and what is new in each step, and nothing that was decided before", () => {
    const fields = ledgerFields(SUBJECT, TWICE, ONCE);
    expect(fields.map(([field]) => field)).toEqual([LEDGER_FIELD, ...decisionFields(1, 4)]);
    expect(fields.map(([, value]) => value).join("")).not.toContain(JSON.stringify(batch("a")));
  });

  it("has a head that does not grow with what is decided", () => {
    const many = Array.from({ length: 900 }, (_, index) => batch(`batch ${index}`));
    const [head] = ledgerFields(SUBJECT, { ...ONCE, batches: many }, null);
    expect(head?.[1].length).toBeLessThan(200);
  });

  it.each([
    { title: "lost", lost: (fields: Map<string, string>) => fields.delete(decisionFields(1, 2)[0] ?? "") },
    { title: "none", lost: (fields: Map<string, string>) => fields.set(decisionFields(1, 2)[0] ?? "", "{}") },
    { title: "without its head", lost: (fields: Map<string, string>) => fields.delete(LEDGER_FIELD) },
    { title: "under a head that is none", lost: (fields: Map<string, string>) => fields.set(LEDGER_FIELD, "{}") },
  ])("is not read at all where a decision is $title: its people would be in no count", ({ lost }) => {
    const fields = fieldsAfter(ONCE, TWICE);
    lost(fields);
    expect(read(fields)).toBeNull();
  });
});
