import { cancelBatch } from "../endpoints/batches/cancel-batch.ts";
import { createGroup } from "../endpoints/groups/create-group.ts";
import { deleteGroup } from "../endpoints/groups/delete-group.ts";
import { deliveryFeedback } from "../endpoints/reports/delivery-feedback.ts";
import { dryRunBatch } from "../endpoints/batches/dry-run-batch.ts";
import type { Endpoint } from "../endpoints/endpoint.ts";
import { getBatch } from "../endpoints/batches/get-batch.ts";
import { getDeliveryReport } from "../endpoints/reports/get-delivery-report.ts";
import { getGroup } from "../endpoints/groups/get-group.ts";
import { getInbound } from "../endpoints/get-inbound.ts";
import { getRecipientReport } from "../endpoints/reports/get-recipient-report.ts";
import { getGroupTags, replaceGroupTags, updateGroupTags } from "../endpoints/groups/group-tags.ts";
import { listBatches } from "../endpoints/batches/list-batches.ts";
import { listDeliveryReports } from "../endpoints/reports/list-delivery-reports.ts";
import { listGroupMembers } from "../endpoints/groups/list-group-members.ts";
import { listGroups } from "../endpoints/groups/list-groups.ts";
import { listInbounds } from "../endpoints/list-inbounds.ts";
import { replaceBatch } from "../endpoints/batches/replace-batch.ts";
import { replaceGroup } from "../endpoints/groups/replace-group.ts";
import { sendBatch } from "../endpoints/batches/send-batch.ts";
import { updateBatch } from "../endpoints/batches/update-batch.ts";
import { updateGroup } from "../endpoints/groups/update-group.ts";

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
