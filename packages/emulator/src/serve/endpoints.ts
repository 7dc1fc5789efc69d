import { cancelBatch } from "../endpoints/cancel-batch.ts";
import { createGroup } from "../endpoints/create-group.ts";
import { deleteGroup } from "../endpoints/delete-group.ts";
import { deliveryFeedback } from "../endpoints/delivery-feedback.ts";
import { dryRunBatch } from "../endpoints/dry-run-batch.ts";
import type { Endpoint } from "../endpoints/endpoint.ts";
import { getBatch } from "../endpoints/get-batch.ts";
import { getDeliveryReport } from "../endpoints/get-delivery-report.ts";
import { getGroup } from "../endpoints/get-group.ts";
import { getInbound } from "../endpoints/get-inbound.ts";
import { getRecipientReport } from "../endpoints/get-recipient-report.ts";
import { getGroupTags, replaceGroupTags, updateGroupTags } from "../endpoints/group-tags.ts";
import { listBatches } from "../endpoints/list-batches.ts";
import { listDeliveryReports } from "../endpoints/list-delivery-reports.ts";
import { listGroupMembers } from "../endpoints/list-group-members.ts";
import { listGroups } from "../endpoints/list-groups.ts";
import { listInbounds } from "../endpoints/list-inbounds.ts";
import { replaceBatch } from "../endpoints/replace-batch.ts";
import { replaceGroup } from "../endpoints/replace-group.ts";
import { sendBatch } from "../endpoints/send-batch.ts";
import { updateBatch } from "../endpoints/update-batch.ts";
import { updateGroup } from "../endpoints/update-group.ts";

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
