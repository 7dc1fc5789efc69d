import { expect, test } from "@jest/globals";
import { addDeliveries, deliveryOf } from "./delivery.ts";

const EXPIRES = new Date("2026-12-03T00:00:00Z");
const BEFORE = new Date("2026-12-03T00:59:00Z");
const AFTER = new Date("2026-12-03T01:01:00Z");

const TALLY = {
  states: [
    { state: { status: "Delivered", code: 0 }, count: 5 },
    { state: { status: "Failed", code: 150 }, count: 2 },
    { state: { status: "Rejected", code: 150 }, count: 1 },
    { state: { status: "Unknown", code: null }, count: 1 },
    { state: { status: "Teleported", code: 777 }, count: 1 },
    { state: { status: "Queued", code: 400 }, count: 3 },
    { state: { status: "Dispatched", code: 401 }, count: 4 },
  ],
  lastAt: "2026-12-01T00:00:00.000Z",
};

const ENDS = {
  delivered: 5,
  failed: 2,
  rejected: 1,
  expired: 0,
  deleted: 0,
  aborted: 0,
  canceled: 0,
  unknown: 2,
  by_code: { 0: 5, 150: 3, 777: 1 },
  last_at: "2026-12-01T00:00:00.000Z",
};

test("what has not ended is open while it may", () => {
  const delivery = deliveryOf(TALLY, { accepted: 20, expiresAt: EXPIRES, now: BEFORE });
  expect(delivery).toEqual({ ...ENDS, queued: 3, dispatched: 4, open: 10, unreported: 0 });
});

test("an hour after the batches have expired it is unreported", () => {
  const delivery = deliveryOf(TALLY, { accepted: 20, expiresAt: EXPIRES, now: AFTER });
  expect(delivery).toEqual({ ...ENDS, queued: 0, dispatched: 0, open: 0, unreported: 10 });
});

test("more people than were counted, as of a group, leave nobody open", () => {
  expect(deliveryOf(TALLY, { accepted: 1, expiresAt: EXPIRES, now: BEFORE })).toMatchObject({ open: 0 });
});

test("several sends are counted together", () => {
  const delivery = deliveryOf(TALLY, { accepted: 20, expiresAt: EXPIRES, now: BEFORE });
  const later = { ...delivery, last_at: "2026-12-02T00:00:00.000Z", by_code: { 0: 1, 9: 1 } };
  expect(addDeliveries([null, delivery, later])).toMatchObject({
    delivered: 10,
    open: 20,
    by_code: { 0: 6, 9: 1, 150: 3, 777: 1 },
    last_at: "2026-12-02T00:00:00.000Z",
  });
  expect(addDeliveries([null])).toBeNull();
});
