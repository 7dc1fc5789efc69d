import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { SendResult } from "@volley/contract";
import { MOST_REFUSALS } from "../packages/worker/src/ledger/ledger.ts";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

/** What one recipient costs whom the provider does not name: two requests for every halving of 1,000. */
const MOST_PER_UNNAMED = 20;

/** The code of a number that the provider takes for none, named or not. */
const NAMED_CODE = "syntax_invalid_parameter_format";
const UNNAMED_CODE = "syntax_constraint_violation";

describe("recipients whom only the provider rejects", () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await setUpStage();
  });

  afterEach(async () => stage.close());

  const refuse = (named: readonly string[], unnamed: readonly string[]): void => {
    const always = { match: { method: "POST" }, times: null };
    if (named.length > 0) {
      stage.emulator.faults.add({
        ...always,
        action: { kind: "reject_recipients", recipients: [...named], named: true },
      });
    }
    if (unnamed.length > 0) {
      stage.emulator.faults.add({
        ...always,
        action: { kind: "reject_recipients", recipients: [...unnamed], named: false },
      });
    }
  };
  const send = async (to: readonly string[]): Promise<SendResult> => {
    const job = await stage.queue("us").add("send", { from: "Volley", to, body: "Hello" });
    return (await stage.ended(job)).returnvalue as SendResult;
  };
  const timesTexted = (numbers: readonly string[]): Set<number> =>
    new Set(numbers.map((number) => stage.emulator.timesTexted(number)));

  it("are 5 of 1,000: the other 995 are texted once, the 5 are told by place, code and who rejected them", async () => {
    await stage.startWorker();
    const to = people(1_000);
    const unnamed = new Set([3, 251, 600]);
    const named = new Set([250, 999]);
    const at = (places: ReadonlySet<number>): string[] => to.filter((_, index) => places.has(index));
    refuse(at(named), at(unnamed));

    const result = await send(to);

    expect(result).toMatchObject({ state: "partial", recipients: { requested: 1_000, accepted: 995, rejected: 5 } });
    const byPlace = result.rejected.toSorted((a, b) => Number(a.index) - Number(b.index));
    expect(byPlace).toEqual(
      [3, 250, 251, 600, 999].map((index) => ({
        index,
        recipient: to[index],
        reason: named.has(index) ? NAMED_CODE : UNNAMED_CODE,
        by: "provider",
      })),
    );
    expect(timesTexted(to.filter((_, index) => !named.has(index) && !unnamed.has(index)))).toEqual(new Set([1]));
    expect(timesTexted([...at(named), ...at(unnamed)])).toEqual(new Set([0]));
    const { requests } = stage.emulator.stats();
    expect(requests).toBeLessThanOrEqual(MOST_REFUSALS + result.batches.length);
    expect(requests).toBeLessThanOrEqual(named.size + unnamed.size * MOST_PER_UNNAMED + 1);
  });

  it("are told by their place in the caller's own list, whatever else stands in it and whatever part they fall into", async () => {
    await stage.startWorker();
    const numbers = people(2_500);
    // A duplicate before every 500th number and something that is no number before every 700th.
    const to = numbers.flatMap((number, index) => [
      ...(index % 500 === 499 ? [`+${numbers[index - 1]}`] : []),
      ...(index % 700 === 699 ? ["nobody"] : []),
      number,
    ]);
    const bad = [numbers[0], numbers[1_499], numbers[2_499]].map(String);
    refuse(bad.slice(0, 1), bad.slice(1));

    const result = await send(to);

    expect(result.recipients).toMatchObject({ requested: to.length, accepted: 2_497, rejected: 6, duplicate: 5 });
    const places = result.rejected.filter(({ by }) => by === "provider");
    expect(places.map(({ index, recipient }) => [index, recipient])).toEqual(bad.map((one) => [to.indexOf(one), one]));
    expect(timesTexted(numbers.filter((number) => !bad.includes(number)))).toEqual(new Set([1]));
  });

  it("are not looked for without end where the message itself is refused, whatever the provider calls it", async () => {
    await stage.startWorker();
    const body = { code: "syntax_constraint_violation", text: "not like this" };
    stage.emulator.faults.add({
      match: { method: "POST" },
      times: null,
      action: { kind: "status", status: 400, body },
    });

    const result = await send(people(1_000));

    expect(result).toMatchObject({ state: "rejected", recipients: { requested: 1_000, rejected: 1_000 } });
    // A few recipients who took the blame alone, and the halvings on the way to them.
    expect(stage.emulator.stats().requests).toBeLessThanOrEqual(2 * MOST_PER_UNNAMED);
  });

  it("are still left out, and nobody is texted twice, when the worker is killed in the middle of looking for them", async () => {
    const to = people(1_000, 10_000);
    const bad = [to[10], to[700], to[701]].map(String);
    refuse([], bad);
    // Every answer is slow enough to be killed while it is awaited; by then the batch is accepted.
    stage.emulator.faults.add({ times: null, action: { kind: "latency", ms: 150 } });
    const first = await stage.startWorker({ VOLLEY_UNKNOWN_HOLD_MS: "500" });
    const job = await stage.queue("us").add("send", { from: "Volley", to, body: "Hello" });
    await eventually(() => stage.emulator.batches().length >= 2, "two accepted pieces");

    first.signal("SIGKILL");
    await first.ended();
    await stage.startWorker({ VOLLEY_UNKNOWN_HOLD_MS: "500" });
    const result = (await stage.ended(job)).returnvalue as SendResult;

    expect(result.recipients).toMatchObject({ requested: 1_000, accepted: 997, rejected: 3 });
    expect(result.rejected.map(({ recipient }) => recipient).toSorted()).toEqual(bad.toSorted());
    expect(timesTexted(to.filter((number) => !bad.includes(number)))).toEqual(new Set([1]));
    expect(new Set(result.batches.map(({ id }) => id))).toEqual(new Set(stage.emulator.batches().map(({ id }) => id)));
  });
});
