export { mirrorEndpoints } from "./mirror.ts";
export type { DisabledReason, Endpoint, KeptEndpoint } from "./endpoint.ts";
export { readEndpointOptions } from "./endpoint-options.ts";
export type { EndpointOptions, ReadEndpointOptions } from "./endpoint-options.ts";
export { endpointKey, endpointLeaseKey, openKey } from "./keys.ts";
export { readKeptEvents } from "./kept-events.ts";
export type { KeptEvents } from "./kept-events.ts";
export { stillValid } from "./secrets.ts";
export type { Secret } from "./secrets.ts";
export {
  addEndpoint,
  disableEndpoint,
  enableEndpoint,
  getEndpoint,
  listEndpoints,
  MOST_ENDPOINTS,
  readEndpoints,
  removeEndpoint,
  replayEvents,
  rotateSecret,
} from "./store.ts";
export type { EndpointAddress, EndpointPlace } from "./store.ts";
export { answerTest, askForTest, readTestAnswer, takeBackTest, takeTest } from "./test-asks.ts";
export type { TestAnswer } from "./test-asks.ts";
