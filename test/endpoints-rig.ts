import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import { addEndpoint, type Endpoint, getEndpoint, readEndpointOptions } from "../packages/endpoints/src/index.ts";
import { createSettingsReader } from "@volley/runtime";
import { Redis } from "ioredis";
import type { EventEnd } from "../packages/relay/src/endpoint/observer.ts";
import { type EndpointSettings, readEndpointSettings } from "../packages/relay/src/endpoint/settings.ts";
import { type Endpoints, startEndpoints } from "../packages/relay/src/endpoint/start-endpoints.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";

const SETTINGS = readEndpointSettings(createSettingsReader({ VOLLEY_EVENTS_ALLOW_NETWORKS: "127.0.0.0/8" }));

/** What a consumer has got. */
export type Call = {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly headers: Record<string, string>;
};

/** What a consumer has got that has got nothing. */
export const NO_CALL: Call = { id: "", type: "", body: "", headers: {} };

/** A consumer. */
export type Hook = { readonly url: string; readonly calls: Call[]; readonly ids: () => string[] };

const servers: Server[] = [];
const started: Endpoints[] = [];
const ends: [string, EventEnd][] = [];
/** What was logged. */
export const said: object[] = [];
let redis: Redis;
let prefix: string;
let written: number;

/** A prefix and a connection for the tests of the file that calls this, and an end to whatever they start. */
export function cleanUpEndpoints(): void {
  beforeAll(() => void (redis = new Redis(testRedisUrl())));

  beforeEach(() => {
    prefix = ownPrefix();
    written = 0;
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await Promise.all(started.splice(0).map(async (endpoints) => endpoints.close()));
    await dropPrefix(prefix);
    ends.splice(0);
    said.splice(0);
  });

  afterAll(() => redis.disconnect());
}

/** A consumer. What it answers may depend on the calls before. */
export async function hook(answer: (response: ServerResponse, call: Call, index: number) => void = ok): Promise<Hook> {
  const calls: Call[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const headers = request.headers as Record<string, string>;
      const { id, type } = JSON.parse(body) as { id: string; type: string };
      const call = { id, type, body, headers };
      calls.push(call);
      answer(response, call, calls.length - 1);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, calls, ids: () => calls.map(({ id }) => id) };
}

function ok(response: ServerResponse): void {
  response.writeHead(204).end();
}

/** The answer of a consumer that is always the same. */
export function answers(status: number, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => void response.writeHead(status, headers).end("of no interest");
}

/** Adds an endpoint. */
export async function add(url: string, more: object = {}): Promise<Endpoint & { readonly secret: string }> {
  const read = readEndpointOptions({ url, ...more });
  if (!read.ok) throw new Error(read.problems.join());
  const added = await addEndpoint({ redis, prefix }, read, new Date());
  if (added === null) throw new Error("too many");
  return { ...added.endpoint, secret: added.secret };
}

/** Delivers to the endpoints; is ended with the test. */
export function start(settings: Partial<EndpointSettings> = {}): Endpoints {
  const log = { info: (fields: object) => said.push(fields), warn: (fields: object) => said.push(fields) };
  const endpoints = startEndpoints({
    redis,
    prefix,
    log,
    settings: { ...SETTINGS, retryMs: [50, 50], ...settings },
    observer: { attempted: () => {}, ended: (endpoint, end) => ends.push([endpoint, end]), disabled: () => {} },
  });
  started.push(endpoints);
  return endpoints;
}

/** Writes events. @returns their IDs */
export async function happen(count: number, { type = "send.settled", region = "eu" } = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, () => `evt_${written++}`);
  const pipeline = redis.pipeline();
  for (const id of ids) {
    const fields = ["id", id, "type", type, "at", "2026-11-30T14:00:00.000Z", "region", region, "data", '{"n":1}'];
    pipeline.xadd(`${prefix}:events`, "*", ...fields);
  }
  await pipeline.exec();
  return ids;
}

/** What is known of an endpoint. */
export async function stateOf({ id }: Endpoint): Promise<Endpoint> {
  const endpoint = await getEndpoint({ redis, prefix, id });
  if (endpoint === null) throw new Error("it is gone");
  return endpoint;
}

/** Whether it is. */
export async function isDisabled(endpoint: Endpoint): Promise<boolean> {
  return (await stateOf(endpoint)).state === "disabled";
}

/** What has become of events at an endpoint. */
export function endsOf({ id }: Endpoint): EventEnd[] {
  return ends.filter(([endpoint]) => endpoint === id).map(([, end]) => end);
}

/** Where the endpoints of this test are. */
export function place(): { readonly redis: Redis; readonly prefix: string } {
  return { redis, prefix };
}
