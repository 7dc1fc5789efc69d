import { randomUUID } from "node:crypto";
import type { JobData, PlannedSend, Send, SendResult, SettledSend, StagedSend } from "@volley/contract";
import { SECRET_NUMBER as NUMBER } from "./plant-everywhere.ts";

/** A type without optional fields: what is written of it below has every field there is, or does not compile. */
type Complete<T> = T extends readonly (infer Entry)[]
  ? Complete<Entry>[]
  : T extends object
    ? { [Key in keyof T]-?: Complete<NonNullable<T[Key]>> }
    : T;

const COUNTS = {
  requested: 4,
  accepted: 1,
  rejected: 1,
  duplicate: 1,
  suppressed: 0,
  expired: 0,
  canceled: 0,
  unknown: 1,
};

/** Every field that a result can have; a new one does not pass the compiler before it stands here. */
export const RESULT: Complete<SendResult> = {
  state: "partial",
  region: "us",
  recipients: COUNTS,
  batches: [
    {
      id: "01HE0000000000000000000000",
      part: 0,
      recipients: 1,
      suppressed: 0,
      accepted_at: "2026-12-01T09:00:00Z",
      adopted: false,
      canceled: false,
      too_late: 0,
      unknown: 0,
      region: "us",
    },
  ],
  rejected: [{ recipient: NUMBER, index: 0, reason: "invalid_msisdn", by: "volley" }],
  errors: [{ part: 0, code: "syntax_error", text: "no", recipients: 1, state: "unknown", region: "us" }],
  omitted: { batches: 0, errors: 0 },
};

const COMMON = {
  v: 1,
  from: "Volley",
  priority: "normal",
  send_at: "2026-12-01T09:00:00Z",
  expire_at: "2026-12-02T09:00:00Z",
  delivery_report: "full",
  callback_url: "https://hooks.example/volley",
  client_reference: "spring",
  content_digest: "0123456789abcdef0123",
  options: { flash_message: false },
} as const;

const SENDS: readonly Send[] = [
  { ...COMMON, type: "mt_text", to: [NUMBER], body: "Hi ${name}", parameters: { name: { [NUMBER]: "Ann" } } },
  { ...COMMON, type: "mt_binary", to: [NUMBER], body: "SGk=", options: { udh: "00" } },
  { ...COMMON, type: "mt_media", to: [NUMBER], body: { url: "https://a.example/b", message: "Hi", subject: "Hi" } },
];

const STAGED: StagedSend = {
  ...COMMON,
  body: "Hi",
  staged: {
    id: randomUUID(),
    recipients: 2,
    duplicate: 1,
    rejected: 1,
    rejections: [{ index: 1, recipient: NUMBER, reason: "missing_parameter" }],
    piece: 0,
  },
};

const PLANNED: Complete<PlannedSend> = {
  message: { ...COMMON, body: "Hi" },
  planned: {
    parts: 2,
    requested: 1_500,
    duplicate: 0,
    rejected: 1,
    rejections: [{ index: 1, recipient: NUMBER, reason: "missing_parameter" }],
    skipped: [1],
    stage: randomUUID(),
    parameters: { name: { default: "Ann" } },
  },
};

const SETTLED: Complete<SettledSend> = {
  message: { ...COMMON, body: "Hi" },
  settled: RESULT,
  unsent: { certain: [NUMBER], unknown: [NUMBER], parameters: { name: { [NUMBER]: "Ann" } } },
  parts: 2,
  kept: { stage: randomUUID(), parameters: { name: { default: "Ann" } } },
};

/** What a job that is not settled remembers, in its progress. */
export const NOTE = {
  pickup: 1,
  tries: 1,
  looks: 0,
  unknown_since: "2026-12-01T09:00:00Z",
  taken: 20,
  crashes: 1,
  last: { outcome: "held", code: "pace", at: "2026-12-01T09:00:00Z" },
};

/** What stands in jobs of the queue: sends in every form that Volley stores, requests, and what others may add. */
export const FORMS: readonly { readonly kind: JobData["kind"] | "request" | "foreign"; readonly data: object }[] = [
  ...[...SENDS, STAGED].map((data) => ({ kind: "send" as const, data })),
  { kind: "planned", data: PLANNED },
  { kind: "settled", data: SETTLED },
  { kind: "request", data: { send: `us-${"a".repeat(20)}` } },
  { kind: "request", data: { send: `us-${"a".repeat(20)}`, decision: "sent" } },
  { kind: "foreign", data: { user: { phone: NUMBER, address: { phones: [NUMBER] } }, retries: 3 } },
];

/** Options of a job as BullMQ knows them. */
export const OPTIONS = {
  attempts: 3,
  delay: 1_000,
  priority: 5,
  lifo: false,
  timestamp: 1_796_112_000_000,
  jobId: "a",
  removeOnComplete: { age: 3_600, count: 100 },
  removeOnFail: true,
  backoff: { type: "exponential", delay: 1_000 },
  deduplication: { id: "a", ttl: 1_000 },
  repeat: { pattern: "0 9 * * *", every: 1_000, limit: 5, count: 1, tz: "Europe/Stockholm", key: "a" },
  parent: { id: "a", queue: "q" },
};

/** A job's hash as clients in any language write it. */
export const HASH = {
  name: "send",
  timestamp: 1_796_112_000_000,
  processedOn: 1_796_112_000_000,
  finishedOn: 1_796_112_000_000,
  attemptsMade: 1,
  ats: 1,
  delay: 0,
  priority: 0,
  failedReason: "no",
  stacktrace: ["Error: no"],
  pb: "worker",
  deid: "a",
  defa: "no",
  rjk: "a",
};
