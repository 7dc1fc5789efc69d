import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  type DuplicatesRig,
  HOUR_MS,
  inPages,
  people,
  SEND,
  setUpDuplicates,
} from "../../../../test/duplicates-rig.ts";
import type { SendToMany } from "../recipients/recipient-source.ts";

let rig: DuplicatesRig;

beforeEach(() => {
  rig = setUpDuplicates();
});

afterEach(async () => rig.close());

const NAMES = { "46700000000": "Ann", "46700000001": "Bo", default: "there" };

const PARCELS = { "46700000000": "4711", "46700000001": "4712", "46700000002": "4713" };

const PERSONAL = {
  from: "12015550123",
  to: people(0, 3),
  body: "Hi ${name}, parcel ${parcel} is here.",
  parameters: { name: NAMES, parcel: PARCELS },
};

/** The same as a stream, each with their own values. */
const STREAMED: SendToMany = {
  ...PERSONAL,
  to: [
    { to: "46700000000", parameters: { name: "Ann", parcel: "4711" } },
    { to: "46700000001", parameters: { name: "Bo", parcel: "4712" } },
    { to: "46700000002", parameters: { parcel: "4713" } },
  ],
  parameters: { name: { default: "there" } },
};

describe("a text that its recipients got a moment ago", () => {
  it("is refused with the numbers, and nothing is enqueued or left behind", async () => {
    await rig.enqueue(SEND);
    const keys = await rig.keys("*");
    await expect(rig.enqueue({ ...SEND, to: people(2, 10) })).rejects.toMatchObject({
      name: "ProducerError",
      code: "VOLLEY_DUPLICATES",
      found: 3,
      total: 10,
      accepted: 0,
      since: rig.now().toISOString(),
      latest: rig.now().toISOString(),
    });
    expect(await rig.jobs()).toBe(1);
    expect(await rig.keys("*")).toHaveLength(keys.length);
    // The refused key is as good as new.
    await rig.enqueue(SEND, { ifFound: "send" });
    expect(await rig.jobs()).toBe(2);
  });

  it.each<[string, SendToMany, string?]>([
    ["another expiry", { ...SEND, expire_at: new Date(Date.now() + HOUR_MS).toISOString() }],
    [
      "other reports, references and options",
      { ...SEND, delivery_report: "full", client_reference: "x", options: { flash_message: true } },
    ],
    ["the default type said", { ...SEND, type: "mt_text" }],
    ["numbers in another writing", { ...SEND, to: SEND.to.map((number) => `+46 (70) ${number.slice(4)}`) }],
    ["another order", { ...SEND, to: SEND.to.toReversed() }],
    ["somebody more", { ...SEND, to: people(0, 6) }],
    ["somebody less", { ...SEND, to: people(0, 1) }],
    ["a stream", { ...SEND, to: inPages(SEND.to) }],
    ["another region", SEND, "us"],
    ["a region by number", SEND, "auto"],
  ])("is found with %s", async (_, again, region = "eu") => {
    await rig.enqueue(SEND);
    await expect(rig.enqueue(again, {}, { region })).rejects.toMatchObject({ code: "VOLLEY_DUPLICATES" });
    expect(await rig.jobs()).toBe(1);
  });

  it.each<[string, object]>([
    ["another text", { body: "The doors open at eight." }],
    ["another sender", { from: "Volley2" }],
    ["other people", { to: people(5, 5) }],
  ])("is another one with %s", async (_, changes) => {
    await rig.enqueue(SEND);
    expect(await rig.enqueue({ ...SEND, ...changes })).toMatchObject({ alreadyEnqueued: false });
    expect(await rig.jobs()).toBe(2);
  });

  it.each([
    ["as a list", PERSONAL],
    ["as a stream", STREAMED],
  ])("is found by the values of each, %s", async (_, again) => {
    await rig.enqueue(PERSONAL);
    await expect(rig.enqueue(again)).rejects.toMatchObject({ found: 3, total: 3 });
    const parcel = { "46700000001": "4712", default: "another" };
    const other = { ...PERSONAL, parameters: { name: NAMES, parcel } };
    await expect(rig.enqueue(other)).rejects.toMatchObject({ found: 1, total: 3 });
    const body = "Hi ${first}, parcel ${number} is here.";
    const renamed = { ...PERSONAL, body, parameters: { first: NAMES, number: PARCELS } };
    await expect(rig.enqueue(renamed)).rejects.toMatchObject({ found: 3, total: 3 });
    expect(await rig.jobs()).toBe(1);
  });
});

describe("a call that is made again", () => {
  it.each(["eu", "auto"])("with the same key is the same send in %s, and no second text", async (region) => {
    const long = people(0, 30);
    for (const to of [() => SEND.to, () => long, () => inPages(long)]) {
      const body = `Text of ${to.toString()}`;
      const target = { region, key: body };
      const once = await rig.enqueue({ ...SEND, body, to: to() }, {}, target);
      const twice = await rig.enqueue({ ...SEND, body, to: to() }, {}, target);
      expect(twice).toMatchObject({ id: once.id, alreadyEnqueued: true });
    }
  });

  it.each([3, 50, 3_000])("with %i people by three at once goes once, and the others are refused", async (count) => {
    const to = people(0, count);
    const lists = [to, to.toReversed(), to.map((number) => `+${number}`)];
    const ended = await Promise.allSettled(lists.map(async (list) => rig.enqueue({ ...SEND, to: list })));
    const reasons = ended.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
    expect(reasons).toHaveLength(2);
    for (const reason of reasons) expect(reason).toMatchObject({ code: "VOLLEY_DUPLICATES", found: count });
    expect(await rig.jobs()).toBe(1);
  });
});
