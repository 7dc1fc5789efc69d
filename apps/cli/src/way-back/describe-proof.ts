import type { SuppressionProof } from "@volley/producer";
import { counted } from "../words/in-english.ts";
import { UNSEEN } from "./describe-inbound.ts";
import { byWhom, scopeInWords } from "./suppression-rows.ts";

type Heard = SuppressionProof["heard"][number];
type Late = SuppressionProof["too_late"][number];

const LATE: Readonly<Record<Late["became"], string>> = {
  delivered: "delivered after it, by its report",
  not_delivered: "never delivered, by its report",
  taken_out: "taken out at the provider before it was sent",
  not_known: "not known whether it was delivered",
};

/** The proof about one person as a person reads it. It names no number. */
export function describeProof({
  on_list: list,
  heard,
  withheld,
  too_late: late,
  not_known: unknown,
}: SuppressionProof): string {
  const { total, first_at: first, last } = withheld;
  const more = total > last.length ? `, the last ${last.length} of them` : "";
  const lines = [
    list.length === 0 ? "not on the list" : "on the list:",
    ...list.map(({ scope, kind, at, who, why }) => `  for ${scopeInWords(scope)}: ${kind}, ${at}${byWhom(who, why)}`),
    heard.length === 0 ? "nothing was heard" : "what came:",
    ...heard.map(heardInWords),
    total === 0 ? "nothing was withheld" : `withheld from ${counted(total, "send")} since ${first}${more}:`,
    ...last.map(
      ({ at, region, send_id: id, part }) =>
        `  ${at} ${region ?? ""} ${id ?? "a send that is not known any more"}${partInWords(part)}`,
    ),
    late.length === 0 ? "nothing was too late" : "too late, or under way:",
    ...late.map(lateInWords),
    ...unknown.map((sentence) => `not known: ${sentence}`),
  ];
  return `${lines.map((line) => line.replaceAll(UNSEEN, " ")).join("\n")}\n`;
}

function heardInWords(row: Heard): string {
  const {
    what,
    became,
    scope,
    received_at: received,
    at,
    acknowledged_at: acknowledged,
    text,
    code,
    who,
    why,
    was,
  } = row;
  const facts = [
    `${what.replaceAll("_", " ")} for ${scopeInWords(scope)}: ${became}`,
    text === null ? "" : `“${text}”`,
    code === null ? "" : `code ${code} of batch ${row.batch_id ?? ""}`,
    row.message_id === null ? "" : `message ${row.message_id}`,
    row.send_id === null ? "" : `of send ${row.send_id}`,
    who === null ? "" : byWhom(who, why ?? "").replace(/^, /, ""),
    was === null ? "" : `was ${was.kind} of ${was.at}${byWhom(was.who, was.why)}`,
    received === null ? "" : `received by the provider ${received}`,
    acknowledged === null ? "" : `acknowledged ${acknowledged}`,
  ];
  return `  ${at} ${facts.filter(Boolean).join(", ")}`;
}

function lateInWords({
  send_id: id,
  region,
  batch_id: batch,
  handed_over_at: handed,
  send_at: at,
  ...rest
}: Late): string {
  const times = [handed === null ? "" : `handed over ${handed}`, at === null ? "" : `to be sent ${at}`];
  const status = rest.status === null ? "" : `${rest.status} (${rest.code}) ${rest.status_at}`;
  const facts = [
    `${region} ${id ?? "a send that is not known"}`,
    `batch ${batch ?? "not known"}`,
    ...times,
    LATE[rest.became],
    status,
    rest.became === "taken_out" ? "" : rest.why,
  ];
  return `  ${facts.filter(Boolean).join(", ")}`;
}

function partInWords(part: number | null): string {
  return part === null ? "" : `, part ${part}`;
}
