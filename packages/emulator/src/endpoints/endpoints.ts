import { cancelBatch } from "./cancel-batch.ts";
import { createGroup } from "./create-group.ts";
import { deleteGroup } from "./delete-group.ts";
import { deliveryFeedback } from "./delivery-feedback.ts";
import { dryRunBatch } from "./dry-run-batch.ts";
import type { Endpoint } from "./endpoint.ts";
import { getBatch } from "./get-batch.ts";
import { getDeliveryReport } from "./get-delivery-report.ts";
import { getGroup } from "./get-group.ts";
import { getInbound } from "./get-inbound.ts";
import { getRecipientReport } from "./get-recipient-report.ts";
import { getGroupTags, replaceGroupTags, updateGroupTags } from "./group-tags.ts";
import { listBatches } from "./list-batches.ts";
import { listDeliveryReports } from "./list-delivery-reports.ts";
import { listGroupMembers } from "./list-group-members.ts";
import { listGroups } from "./list-groups.ts";
import { listInbounds } from "./list-inbounds.ts";
import { replaceBatch } from "./replace-batch.ts";
import { replaceGroup } from "./replace-group.ts";
import { sendBatch } from "./send-batch.ts";
import { updateBatch } from "./update-batch.ts";
import { updateGroup } from "./update-group.ts";

/** Every operation of the API. */
export const ENDPOINTS: readonly Endpoint[] = [
  sendBatch,
  listBatches,
  dryRunBatch,
  getBatch,
  updateBatch,
  replaceBatch,
  cancelBatch,
  deliveryFeedback,
  getDeliveryReport,
  getRecipientReport,
  listDeliveryReports,
  listInbounds,
  getInbound,
  createGroup,
  listGroups,
  getGroup,
  updateGroup,
  replaceGroup,
  deleteGroup,
  listGroupMembers,
  getGroupTags,
  updateGroupTags,
  replaceGroupTags,
];

/** The answer to a path or a method that no endpoint has: 405 when the path has others, else 404. */
export function unroutedStatus(path: string): 404 | 405 {
  return ENDPOINTS.some((endpoint) => pathPattern(endpoint).test(path)) ? 405 : 404;
}

function pathPattern(endpoint: Endpoint): RegExp {
  return new RegExp(`^/xms/v1/[^/]+${endpoint.path.replaceAll(/:\w+/g, "[^/]+")}$`);
}
