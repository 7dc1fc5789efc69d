import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { InvalidSendError } from "@volley/contract";
import type { RecipientPage } from "../recipients/recipient-source.ts";
import { EU, numbers, openStagingRig, slowly, STAGED_MESSAGE, type StagingRig } from "../../../../test/staging-rig.ts";

let rig: StagingRig;

beforeEach(() => {
  rig = openStagingRig();
});

afterEach(async () => rig.close());

const failure = new Error("the database is gone");

/** What an enqueueing throws that leaves nothing behind. */
async function refusalOf(enqueued: Promise<unknown>): Promise<unknown> {
  const error: unknown = await enqueued.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(await rig.stages()).toEqual([]);
  expect(await rig.queue.getJobs()).toEqual([]);
  return error;
}

async function* failing(): AsyncGenerator<string> {
  yield* numbers(5_000);
  throw failure;
}

/** Loses its stage in the middle of everything. */
async function* forgotten(): AsyncGenerator<string[]> {
  yield [...numbers(10_000)];
  await rig.redis.del(await rig.firstStage());
  yield [...numbers(10_000, 10_000)];
}

/** Ends too late for whoever gives up. */
function* nobody(): Generator<string> {
  for (let count = 0; count < 10_000_000; count += 1) yield "nobody";
}

describe("a list that does not come to its end enqueues nothing and leaves nothing:", () => {
  it("its source throws, and the error is the source's own", async () => {
    expect(await refusalOf(rig.enqueue(failing()))).toBe(failure);
  });

  it("its progress report throws", async () => {
    const onProgress = (): void => {
      throw failure;
    };
    expect(await refusalOf(rig.enqueue(numbers(2_000), { onProgress }))).toBe(failure);
  });

  it("its signal comes", async () => {
    const controller = new AbortController();
    function* aborting(): Generator<string> {
      yield* numbers(3_500);
      controller.abort(failure);
      yield* numbers(3_500);
    }
    expect(await refusalOf(rig.enqueue(aborting(), { signal: controller.signal }))).toBe(failure);
  });

  it("its signal comes while a source has nobody to give", async () => {
    const signal = AbortSignal.timeout(20);
    expect(await refusalOf(rig.enqueue(nobody(), { signal }))).toBe(signal.reason);
  });

  it.each<[string, unknown, string]>([
    ["a number", 46_701_234_567, "to[1017]: expected a string or an object with to and parameters, got a number"],
    ["nothing", undefined, "to[1017]: expected a string or an object with to and parameters, got nothing"],
    ["a page in a page", [["46701234567"]], "to[1017]: expected a string or an object"],
    ["an object without to", { parameters: {} }, "to[1017]: expected to as a string, got nothing"],
    ["another field", { to: "46701234567", name: "Ann" }, "to[1017]: expected an object with to and parameters"],
    ["parameters that are none", { to: "46701234567", parameters: "Ann" }, "to[1017]: expected parameters of the form"],
    [
      "a value that is no string",
      { to: "46701234567", parameters: { name: 7 } },
      "to[1017].parameters.name: expected a string, got a number",
    ],
    [
      "a value that is too long",
      { to: "46701234567", parameters: { name: "a".repeat(1_601) } },
      "to[1017].parameters.name: expected at most 1,600 characters, got 1,601 characters",
    ],
    [
      "a recipient where a placeholder should be",
      { to: "46701234567", parameters: { "46701234568": "Ann" } },
      "to[1017].parameters.(11 characters): expected the name of a placeholder",
    ],
  ])("an entry is %s", async (_, entry, message) => {
    const to = [...numbers(1_017), entry] as RecipientPage[];
    const error = await refusalOf(rig.enqueue(slowly(to)));
    expect(error).toBeInstanceOf(InvalidSendError);
    expect(String(error)).toContain(message);
  });

  it("its recipients have a placeholder each", async () => {
    const to = [...numbers(1_000)].map((number, index) => ({ to: number, parameters: { [`name ${index}`]: "Ann" } }));
    expect(String(await refusalOf(rig.enqueue(slowly(to))))).toContain("to[500]: expected at most 500 placeholders");
  });

  it("nobody in it can be texted", async () => {
    const error = await refusalOf(rig.enqueue(slowly(["nobody", "+1"])));
    expect(error).toBeInstanceOf(InvalidSendError);
    expect(error).toMatchObject({ problems: [{ field: "to[0]" }, { field: "to[1]" }] });
  });

  it("everybody in it lacks a value that the text needs", async () => {
    const send = { ...STAGED_MESSAGE, parameters: {}, to: numbers(2) };
    expect(await refusalOf(rig.producer.enqueue(send, EU))).toBeInstanceOf(InvalidSendError);
  });

  it("there is nobody in it", async () => {
    expect(await refusalOf(rig.enqueue(slowly([])))).toMatchObject({ problems: [{ field: "to" }] });
  });

  it("the message is wrong, which is said before its source is asked for anything", async () => {
    let isAsked = false;
    function* watched(): Generator<string> {
      isAsked = true;
      yield* numbers(1);
    }
    const wrong = { ...STAGED_MESSAGE, body: "", expire_at: "yesterday", to: watched() };
    expect(await refusalOf(rig.producer.enqueue(wrong, EU))).toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ field: "body" }),
        expect.objectContaining({ field: "expire_at" }),
      ]),
    });
    expect(isAsked).toBe(false);
  });

  it("Redis forgets a piece of it", async () => {
    expect(await refusalOf(rig.enqueue(forgotten()))).toMatchObject({
      code: "VOLLEY_REDIS_UNAVAILABLE",
      message: expect.stringContaining("has forgotten a part of the recipients; nothing was enqueued"),
    });
  });
});
