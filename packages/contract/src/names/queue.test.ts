import { expect, test } from "@jest/globals";
import { cancelJobId, cancelKey, DEFAULT_PREFIX, queueName } from "./queue.ts";
import { regionOfSendId, sendId } from "./send-id.ts";

test("names the queue of a region, without the colon that BullMQ refuses", () => {
  expect(queueName("gulf-2")).toBe("volley-gulf-2");
});

test("has one cancel job for each send, which is no send itself", () => {
  const id = sendId("eu");
  expect(cancelJobId(id)).toBe(cancelJobId(id));
  expect(cancelJobId(id)).not.toBe(cancelJobId(sendId("eu")));
  expect(regionOfSendId(cancelJobId(id))).toBeNull();
  expect(cancelJobId(id)).not.toContain(":");
});

test("keeps what was canceled in the slot of the queue, apart for each region and send", () => {
  const send = { id: "eu-1", timestamp: 5 };
  const counted = { id: "17", timestamp: 5 };
  expect(cancelKey(DEFAULT_PREFIX, "eu", send)).toBe("{volley}:canceled:eu:eu-1");
  expect(cancelKey(DEFAULT_PREFIX, "eu", { ...send, timestamp: 6 })).toBe(cancelKey(DEFAULT_PREFIX, "eu", send));
  expect(cancelKey(DEFAULT_PREFIX, "us", counted)).not.toBe(cancelKey(DEFAULT_PREFIX, "eu", counted));
  expect(cancelKey(DEFAULT_PREFIX, "us", { ...counted, timestamp: 6 })).not.toBe(
    cancelKey(DEFAULT_PREFIX, "us", counted),
  );
});
