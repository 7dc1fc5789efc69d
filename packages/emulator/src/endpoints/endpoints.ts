import { cancelBatch } from "./cancel-batch.ts";
import type { Endpoint } from "./endpoint.ts";
import { getBatch } from "./get-batch.ts";
import { listBatches } from "./list-batches.ts";
import { sendBatch } from "./send-batch.ts";

/** Every operation that is emulated. */
export const ENDPOINTS: readonly Endpoint[] = [sendBatch, listBatches, getBatch, cancelBatch];

/** The answer to a path or a method that no endpoint has: 405 when the path has others, else 404. */
export function unroutedStatus(path: string): 404 | 405 {
  return ENDPOINTS.some((endpoint) => pathPattern(endpoint).test(path)) ? 405 : 404;
}

function pathPattern(endpoint: Endpoint): RegExp {
  return new RegExp(`^/xms/v1/[^/]+${endpoint.path.replaceAll(/:\w+/g, "[^/]+")}$`);
}
