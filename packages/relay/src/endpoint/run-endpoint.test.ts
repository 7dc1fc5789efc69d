import { describe, expect, it } from "@jest/globals";
import { enableEndpoint, openKey, rotateSecret } from "@volley/endpoints";
import { Webhook } from "standardwebhooks";
import {
  add,
  answers,
  cleanUpEndpoints,
  endsOf,
  happen,
  hook,
  isDisabled,
  NO_CALL,
  place,
  start,
  stateOf,
} from "../../../../test/endpoints-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";

cleanUpEndpoints();

describe("an endpoint", () => {
  it("gets every event of its types and regions once, as JSON that a consumer's own check finds signed", async () => {
    const [all, some] = [await hook(), await hook()];
    const { secret } = await add(all.url);
    await add(some.url, { types: ["message.received"], regions: ["us"] });
    start();
    const first = await happen(150);
    const wanted = await happen(2, { type: "message.received", region: "us" });
    const rest = await happen(1, { type: "message.received", region: "eu" });
    const ids = [...first, ...wanted, ...rest];
    await eventually(() => all.calls.length >= ids.length && some.calls.length >= 2, "all events");

    expect(all.ids().toSorted()).toEqual(ids.toSorted());
    expect(some.ids().toSorted()).toEqual(wanted);
    const { body, headers } = all.calls[0] ?? NO_CALL;
    const event = {
      id: headers["webhook-id"],
      type: "send.settled",
      at: "2026-11-30T14:00:00.000Z",
      region: "eu",
      data: { n: 1 },
    };
    expect(new Webhook(secret).verify(body, headers)).toEqual(event);
    expect(headers["content-type"]).toBe("application/json");
    expect(() => new Webhook(secret).verify(body.replace("eu", "us"), headers)).toThrow("No matching signature");
  });

  it("is signed to with the old secret, too, once it has a new one", async () => {
    const consumer = await hook();
    const { id, secret } = await add(consumer.url);
    const second = await rotateSecret({ ...place(), id }, new Date());
    start();
    await happen(1);
    await eventually(() => consumer.calls.length === 1, "the event");
    const { body, headers } = consumer.calls[0] ?? NO_CALL;
    for (const each of [secret, second ?? ""]) expect(new Webhook(each).verify(body, headers)).toBeDefined();
    expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
  });

  it("that fails is tried again by the schedule, with the same ID, until the schedule ends", async () => {
    const consumer = await hook((response, { id }) => answers(id === "evt_0" ? 500 : 204)(response));
    const endpoint = await add(consumer.url);
    start();
    await happen(3);
    await eventually(() => endsOf(endpoint).length === 3, "the end of all");
    expect(consumer.ids().filter((id) => id === "evt_0")).toHaveLength(3);
    expect(
      consumer
        .ids()
        .filter((id) => id !== "evt_0")
        .toSorted(),
    ).toEqual(["evt_1", "evt_2"]);
    expect(endsOf(endpoint).at(-1)).toBe("given_up");
    expect(await place().redis.exists(openKey(place().prefix, endpoint.id))).toBe(0);
  });

  it("that fails says since when and why, and no more once it takes an event", async () => {
    const consumer = await hook((response, _, index) => answers(index === 0 ? 503 : 200)(response));
    const endpoint = await add(consumer.url);
    start({ retryMs: [400] });
    await happen(1);
    await eventually(async () => (await stateOf(endpoint)).failure !== null, "a failure");
    expect(await stateOf(endpoint)).toMatchObject({
      failure: "it answered 503",
      failing_since: expect.any(String),
      waiting: 1,
    });
    await eventually(() => endsOf(endpoint).length === 1, "the end");
    expect(await stateOf(endpoint)).toMatchObject({ failure: null, failing_since: null, waiting: 0 });
  });

  it("that never answers, drips its answer or talks for ever is given up in time", async () => {
    const consumers = [
      await hook(() => {}),
      await hook((response) => void response.socket?.write("HTTP/1.1 200 OK\r\nx-slow: ")),
      await hook((response) => void response.socket?.write(`HTTP/1.1 200 OK\r\n${"x-long: 1\r\n".repeat(3_000)}`)),
    ];
    const endpoints = await Promise.all(consumers.map(async ({ url }) => add(url)));
    const endless = await hook((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x".repeat(10_000)), 1);
      response.on("close", () => clearInterval(timer));
    });
    const talking = await add(endless.url);
    start({ timeoutMs: 200, retryMs: [100_000] });
    await happen(1);
    await eventually(
      async () => (await Promise.all(endpoints.map(stateOf))).every(({ failure }) => failure),
      "failures",
    );
    const failures = (await Promise.all(endpoints.map(stateOf))).map(({ failure }) => failure);
    const late = "no answer within 0.2 s";
    expect(failures).toEqual([late, late, "the head of its answer is longer than 16 kB (HPE_HEADER_OVERFLOW)"]);
    // What it says after its status is for nobody.
    await eventually(() => endsOf(talking).includes("delivered"), "the status that counts");
  });

  it("that answers 410 is disabled at once, and the others hear of it", async () => {
    const [leaving, other] = [await hook(answers(410)), await hook()];
    const endpoint = await add(leaving.url);
    await add(other.url);
    start();
    await happen(1);
    await eventually(() => other.calls.length === 2, "both events");
    expect(await stateOf(endpoint)).toMatchObject({ state: "disabled", reason: "gone", waiting: 1 });
    const told = other.calls.find(({ type }) => type === "endpoint.disabled");
    expect(JSON.parse(told?.body ?? "")).toMatchObject({ data: { endpoint_id: endpoint.id, reason: "gone" } });
    await happen(1);
    await eventually(() => other.calls.length === 3, "a later event");
    expect(leaving.calls).toHaveLength(1);
  });

  it("that redirects is not followed", async () => {
    const inner = await hook();
    const consumer = await hook(answers(307, { location: inner.url }));
    const endpoint = await add(consumer.url);
    start();
    await happen(1);
    await eventually(() => endsOf(endpoint).length === 1, "the end");
    expect(consumer.calls).toHaveLength(3);
    expect(inner.calls).toEqual([]);
    expect((await stateOf(endpoint)).failure).toBe("it answered 307, and redirects are not followed");
  });

  it("that has failed for too long is disabled, and goes on where it stopped when it is enabled", async () => {
    let isUp = false;
    const consumer = await hook((response) => answers(isUp ? 200 : 500)(response));
    const endpoint = await add(consumer.url);
    start({ disableAfterMs: 100, retryMs: [150, 100_000] });
    const ids = await happen(2);
    await eventually(async () => isDisabled(endpoint), "a disabled endpoint");
    expect(await stateOf(endpoint)).toMatchObject({ reason: "failing", waiting: 2 });
    isUp = true;
    ids.push(...(await happen(1)));
    consumer.calls.splice(0);
    await enableEndpoint({ ...place(), id: endpoint.id }, new Date());
    await eventually(() => endsOf(endpoint).length === ids.length, "all of them");
    // It is not told of itself.
    expect(consumer.ids().toSorted()).toEqual(ids);
  });
});
