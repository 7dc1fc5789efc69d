import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openReceiptsRig, recipientReport as report, SEND } from "../../../../test/receipts-rig.ts";

const rig = openReceiptsRig();
const { beginAnew, tally, write } = rig;

beforeEach(beginAnew);

afterAll(rig.close);

function batch(statuses: object[]): object {
  const about = { type: "delivery_report_sms", batch_id: "01HEAWCHESCXG8SDG5R10VF8E1" };
  return { ...about, client_reference: `~${SEND}`, statuses };
}

test("a report that names very many is written in pieces", async () => {
  const recipients = Array.from({ length: 60_000 }, (_, index) => String(46_700_000_000 + index));
  const statuses = [{ code: 0, status: "Delivered", count: recipients.length, recipients }];
  const full = {
    type: "delivery_report_sms",
    batch_id: "01HEAWCHESCXG8SDG5R10VF8E1",
    client_reference: `~${SEND}`,
    statuses,
  };
  expect(await write(full, "n1")).toHaveLength(recipients.length);
  expect(await tally()).toEqual({ "Delivered:0": recipients.length });
});

describe("a report on a batch", () => {
  const summary = batch([
    { code: 0, status: "Delivered", count: 2 },
    { code: 150, status: "Failed", count: 1 },
  ]);

  test("that names nobody is counted once", async () => {
    expect(await write(summary)).toEqual(["changed"]);
    expect(await write(summary)).toEqual(["repeated"]);
    expect(await tally()).toEqual({ "Delivered:0": 2, "Failed:150": 1 });
  });

  test("that names everybody is as many reports on one recipient each, beside such ones", async () => {
    await write(report("46701111111", "Delivered", 0));
    const full = batch([
      { code: 0, status: "Delivered", count: 2, recipients: ["46701111111", "46702222222"] },
      { code: 150, status: "Failed", count: 1, recipients: ["46703333333"] },
    ]);
    expect(await write(full)).toEqual(["repeated", "changed", "changed"]);
    expect(await tally()).toEqual({ "Delivered:0": 2, "Failed:150": 1 });
    expect(await write(summary)).toEqual(["repeated"]);
    expect(await tally()).toEqual({ "Delivered:0": 2, "Failed:150": 1 });
  });

  test("gives way to reports on its recipients", async () => {
    await write(summary);
    await write(report("46701111111", "Delivered", 0));
    expect(await tally()).toEqual({ "Delivered:0": 1 });
  });

  test("is followed by one with more ends, never by one with fewer, nor by another with as many", async () => {
    expect(await write(batch([{ code: 401, status: "Dispatched", count: 3 }]))).toEqual(["changed"]);
    expect(await write(summary)).toEqual(["changed"]);
    expect(await write(batch([{ code: 401, status: "Dispatched", count: 3 }]))).toEqual(["late"]);
    expect(await write(batch([{ code: 0, status: "Delivered", count: 3 }]))).toEqual(["different"]);
    expect(await tally()).toEqual({ "Delivered:0": 2, "Failed:150": 1 });
  });

  test("is followed by one in which as many have ended and more are on their way", async () => {
    const queued = batch([{ code: 400, status: "Queued", count: 3 }]);
    const dispatched = batch([{ code: 401, status: "Dispatched", count: 3 }]);
    expect(await write(queued)).toEqual(["changed"]);
    expect(await write(dispatched)).toEqual(["changed"]);
    expect(await tally()).toEqual({ "Dispatched:401": 3 });
    expect(await write(queued)).toEqual(["late"]);
    expect(await write(dispatched)).toEqual(["repeated"]);
    expect(await tally()).toEqual({ "Dispatched:401": 3 });
  });

  test("with nobody changes nothing", async () => {
    expect(await write(batch([]))).toEqual([]);
    expect(await tally()).toEqual({});
  });
});
