import { expect, test } from "@jest/globals";
import * as contract from "./index.ts";

test("exports these names and no others", () => {
  expect(Object.keys(contract).toSorted()).toEqual([
    "CANCEL_JOB_NAME",
    "DEFAULT_PREFIX",
    "InvalidSendError",
    "JOB_NAME",
    "LIMITS",
    "MAX_CLIENT_REFERENCE_CHARACTERS",
    "REGION_NAME_PATTERN",
    "RESOLVE_JOB_NAME",
    "SEND_STATES",
    "cancelJobId",
    "cancelKey",
    "clientReference",
    "fingerprint",
    "isRegionName",
    "isStaged",
    "noRecipients",
    "normaliseRecipient",
    "originalIndex",
    "packPiece",
    "parametersFor",
    "partId",
    "partOf",
    "queueName",
    "readJobData",
    "readPiece",
    "readSend",
    "readStagedSend",
    "readTime",
    "regionNoticeKey",
    "regionOfSendId",
    "regionVariable",
    "sendId",
    "sendJsonSchema",
    "sendOf",
    "sendResultSchema",
    "sendSchema",
    "stageKey",
    "withPieceParameters",
  ]);
});

test("keeps the words that other services rely on", () => {
  expect(contract.JOB_NAME).toBe("send");
  expect(contract.CANCEL_JOB_NAME).toBe("cancel");
  expect(contract.DEFAULT_PREFIX).toBe("{volley}");
});
