/** The set of all endpoints' IDs. */
export function endpointsKey(prefix: string): string {
  return `${prefix}:endpoints`;
}

/** The hash with what an endpoint is, and how far it is in the stream of events. */
export function endpointKey(prefix: string, id: string): string {
  return `${prefix}:endpoint:${id}`;
}

/** The hash with the events that an endpoint has not taken yet: their places in the stream, how often they were tried, when next. */
export function openKey(prefix: string, id: string): string {
  return `${prefix}:endpoint:${id}:open`;
}

/** Says which process delivers to an endpoint. */
export function endpointLeaseKey(prefix: string, id: string): string {
  return `${prefix}:endpoint:${id}:lease`;
}

/** The list of test events that are to be sent. */
export function testsKey(prefix: string): string {
  return `${prefix}:endpoints:tests`;
}

/** What an endpoint has answered to a test event. */
export function testAnswerKey(prefix: string, ask: string): string {
  return `${prefix}:endpoints:test:${ask}`;
}
