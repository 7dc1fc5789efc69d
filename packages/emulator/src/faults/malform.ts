import type { Answer } from "../calls/answer.ts";
import type { MainAction } from "./fault-list.ts";

/** An answer that a client cannot read, with its content type. */
export interface MalformedAnswer extends Answer {
  readonly body: string;
  readonly contentType: string;
}

const HTML = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";

type Shape = Extract<MainAction, { kind: "malformed" }>["shape"];

/** Turns an answer into something a client cannot make sense of; the status stays. */
export function malform(answer: Answer, shape: Shape): MalformedAnswer {
  const contentType = shape === "html" ? "text/html" : "application/json";
  return { status: answer.status, body: MALFORM[shape](answer.body ?? ""), contentType };
}

const MALFORM: Readonly<Record<Shape, (body: string) => string>> = {
  truncated: (body) => body.slice(0, Math.ceil(body.length / 2)),
  html: () => HTML,
  no_id: (body) => without("id", body),
  no_reference: (body) => without("client_reference", body),
  empty: () => "",
};

function without(field: string, body: string): string {
  return body === ""
    ? "{}"
    : JSON.stringify(JSON.parse(body), (key, value: unknown) => (key === field ? undefined : value));
}
