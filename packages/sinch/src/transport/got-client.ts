import { type Agent as HttpAgent, type ClientRequest, request as requestHttp } from "node:http";
import { type Agent as HttpsAgent, request as requestHttps } from "node:https";
import { type Got, got, type RequestFunction } from "got";

/** Over which connections, and how long the steps of a request may take, in milliseconds. */
export type GotClientOptions = {
  /** Unless a request has its own. */
  readonly agent: { readonly http: HttpAgent; readonly https: HttpsAgent };
  /** To find the host; then to connect; then to agree on TLS. */
  readonly connectMs: number;
};

/**
 * got as a transport needs it: no retry of its own (the worker owns retries: got would repeat a GET three times behind its
 * back), no redirects, an answer whatever its status. It does not time the whole request, either: its timer only destroys
 * the request, which does nothing to one that Node takes for done, as after a 101. `readAnswer` has a better one.
 *
 * It is also told to carry less. Two habits of got that nothing here has a use for cost as much as its other work does
 * (docs/performance.md):
 *
 * - It spreads its options of caching into those of every request. V8 then finds no shape that it knows for the thirty
 *   options that follow, and makes one for each of them. Empty ones have none to be spread.
 * - It gives Node every option there is, most of them undefined, and Node copies them three times.
 */
export function createGotClient({ connectMs, agent }: GotClientOptions): Got {
  const client = got.extend({
    decompress: true,
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs },
    agent,
    request: makeRequest,
    mutableDefaults: true,
  });
  client.defaults.options.cacheOptions = {};
  return client;
}

/** Makes a request of Node, with those of the options that say something. */
export function makeRequest(...[url, options, onAnswer]: Parameters<RequestFunction>): ClientRequest {
  const make = url.protocol === "https:" ? requestHttps : requestHttp;
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  return make(url, Object.fromEntries(said), onAnswer);
}
