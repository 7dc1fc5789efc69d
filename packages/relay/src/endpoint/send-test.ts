import { randomUUID } from "node:crypto";
import { type EndpointPlace, readEndpoints, type TestAnswer } from "@volley/endpoints";
import { createPoster } from "./post.ts";
import { posted } from "./attempt.ts";
import type { EndpointSettings } from "./settings.ts";

/** Sends an event that tells of nothing. It is tried once, and changes nothing at the endpoint. */
export async function sendTest(place: EndpointPlace, id: string, settings: EndpointSettings): Promise<TestAnswer> {
  const endpoint = (await readEndpoints(place)).find((each) => each.id === id);
  if (!endpoint) return { ok: false, status: null, failure: "there is no such endpoint any more", ms: 0 };
  const poster = createPoster(endpoint.url, settings);
  const began = Date.now();
  const event = {
    place: "",
    id: `evt_test_${randomUUID()}`,
    type: "endpoint.test",
    at: new Date(began).toISOString(),
    region: "",
    data: JSON.stringify({ endpoint_id: id }),
  };
  const { verdict, status } = await posted(poster, event, endpoint);
  poster.close();
  const failure = verdict.kind === "failed" ? verdict.failure : "it answered 410";
  return {
    ok: verdict.kind === "delivered",
    status,
    failure: verdict.kind === "delivered" ? null : failure,
    ms: Date.now() - began,
  };
}
