import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type DuplicatesRig, HOUR_MS, people, SEND, setUpDuplicates } from "../../../../test/duplicates-rig.ts";
import type { DuplicatesOption } from "./duplicates.ts";

let rig: DuplicatesRig;

beforeEach(() => {
  rig = setUpDuplicates();
});

afterEach(async () => rig.close());

/** For how many hours a key is kept. */
async function hoursLeft(pattern: string): Promise<number> {
  const [key = ""] = await rig.keys(pattern);
  return Math.round((await rig.redis.pttl(key)) / HOUR_MS);
}

describe("the option duplicates", () => {
  it.each<[string, unknown]>([
    ["duplicates: expected an object", "skip"],
    ["duplicates: expected an object", ["skip"]],
    ["duplicates.within: unknown option, did you mean withinMs?", { within: 1 }],
    ["duplicates.withinMs: expected a whole number from 1", { withinMs: 0 }],
    ["duplicates.withinMs: expected a whole number from 1", { withinMs: "2h" }],
    ["duplicates.ifFound: expected refuse, skip or send", { ifFound: "ask" }],
    ["duplicates.except: expected a list of IDs", { except: "eu-1" }],
  ])("is refused with %s", async (message, wrong) => {
    const refused = rig.enqueue(SEND, wrong as DuplicatesOption);
    await expect(refused).rejects.toThrow(TypeError);
    await expect(refused).rejects.toThrow(message);
    const routed = rig.enqueue(SEND, wrong as DuplicatesOption, { region: "auto" });
    await expect(routed).rejects.toThrow(message);
    expect(await rig.jobs()).toBe(0);
  });

  it("looks back for 24 hours, or as long as it says, from when a send was enqueued", async () => {
    const { id } = await rig.enqueue(SEND);
    rig.pass(2);
    await expect(rig.enqueue(SEND)).rejects.toMatchObject({ found: 5 });
    await expect(rig.enqueue(SEND, { withinMs: 2 * HOUR_MS + 1 })).rejects.toMatchObject({ found: 5 });
    const later = await rig.enqueue(SEND, { withinMs: 2 * HOUR_MS });
    expect(later).not.toHaveProperty("duplicates");
    rig.pass(23);
    await expect(rig.enqueue(SEND)).rejects.toMatchObject({ found: 5 });
    await expect(rig.enqueue(SEND, { except: [later.id] })).resolves.toMatchObject({ alreadyEnqueued: false });
    await expect(rig.enqueue(SEND, { except: [later.id, id] })).rejects.toMatchObject({ code: "VOLLEY_DUPLICATES" });
  });

  it("looks back from when a scheduled send is due, which may be in the future", async () => {
    const sendAt = new Date(rig.now().getTime() + 48 * HOUR_MS).toISOString();
    await rig.enqueue({ ...SEND, send_at: sendAt });
    rig.pass(47);
    await expect(rig.enqueue(SEND)).rejects.toMatchObject({ found: 5, since: sendAt });
    rig.pass(24);
    await expect(rig.enqueue(SEND)).rejects.toMatchObject({ found: 5, since: sendAt });
    rig.pass(2);
    await expect(rig.enqueue(SEND)).resolves.toMatchObject({ alreadyEnqueued: false });
  });

  it("keeps what it needs for a day, and for longer where it looks back or forward for longer", async () => {
    await rig.enqueue({ ...SEND, to: people(0, 30) });
    expect([await hoursLeft("traces:*"), await hoursLeft("texts:*")]).toEqual([24, 24]);
    await rig.enqueue(SEND, { ifFound: "send" });
    expect(await hoursLeft("texts:*:few")).toBe(24);
    const sendAt = new Date(rig.now().getTime() + 48 * HOUR_MS).toISOString();
    await rig.enqueue({ ...SEND, send_at: sendAt }, { ifFound: "send", withinMs: 72 * HOUR_MS });
    expect(await hoursLeft("texts:*:few")).toBe(120);
  });

  it("remembers nobody where it is not given", async () => {
    await rig.enqueue(SEND, null);
    expect(await rig.keys("t*")).toEqual([]);
    expect(await rig.enqueue(SEND)).not.toHaveProperty("duplicates");
  });
});
