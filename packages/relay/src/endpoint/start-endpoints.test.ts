import { describe, expect, it } from "@jest/globals";
import { askForTest, disableEndpoint, openKey, readTestAnswer, replayEvents, type TestAnswer } from "@volley/endpoints";
import { Webhook } from "standardwebhooks";
import {
  add,
  answers,
  cleanUpEndpoints,
  endsOf,
  happen,
  hook,
  NO_CALL,
  place,
  said,
  start,
  stateOf,
} from "../../../../test/endpoints-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";

cleanUpEndpoints();

describe("a private address", () => {
  it("is refused unless it is in an operator's network, whether the URL has it or its name leads there", async () => {
    const consumer = await hook();
    const port = new URL(consumer.url).port;
    const literal = await add(consumer.url);
    const secure = await add(`https://127.0.0.1:${port}`);
    const named = await add(`https://localhost:${port}`);
    const plain = await add(`http://localhost:${port}`);
    start({ networks: ["10.0.0.0/8", "fc00::/7"] });
    await happen(1);
    const all = [literal, secure, named, plain];
    await eventually(() => all.every((endpoint) => endsOf(endpoint).length === 1), "the ends");
    const http = "refused: http goes to networks of VOLLEY_EVENTS_ALLOW_NETWORKS alone, and its address is in none";
    const https = expect.stringMatching(
      /^refused: its address (127\.0\.0\.1|::1) is private, and in no network of VOLLEY_EVENTS_ALLOW/,
    );
    expect((await Promise.all(all.map(stateOf))).map(({ failure }) => failure)).toEqual([http, https, https, http]);
    expect(consumer.calls).toEqual([]);
  });

  it("is asked where a name leads to several, and to one that is an operator's own", async () => {
    const consumer = await hook();
    await add(consumer.url.replace("127.0.0.1", "localhost"));
    start({ networks: ["127.0.0.1"] });
    await happen(1);
    await eventually(() => consumer.calls.length === 1, "the event");
    expect(consumer.ids()).toEqual(["evt_0"]);
  });

  it("is asked where it is in one, and trouble with TLS is named", async () => {
    const consumer = await hook();
    const endpoint = await add(consumer.url.replace("http:", "https:"));
    start();
    await happen(1);
    await eventually(() => endsOf(endpoint).length === 1, "the end");
    expect((await stateOf(endpoint)).failure).toMatch(/^TLS fails \(E/);
  });

  it("is not what a name leads to that cannot be resolved, which is tried again", async () => {
    const endpoint = await add("https://volley.invalid/");
    start();
    await happen(1);
    await eventually(() => endsOf(endpoint).length === 1, "the end");
    expect((await stateOf(endpoint)).failure).toMatch(/^its name cannot be resolved \((ENOTFOUND|EAI_AGAIN)\)$/);
  });
});

describe("endpoints", () => {
  it("do not wait for others that hang, fail or refuse, whatever waits there", async () => {
    const held: unknown[] = [];
    const hanging = await hook((response) => void held.push(response));
    const failing = await hook(answers(500));
    const healthy = await hook();
    for (const { url } of [hanging, failing, { url: "http://127.0.0.1:1" }]) await add(url);
    const endpoint = await add(healthy.url);
    start({ retryMs: [100_000], inFlight: 3 });
    const ids = await happen(300);
    await eventually(() => endsOf(endpoint).length === ids.length, "all events at the healthy one", 60_000);
    expect(held).toHaveLength(3);
    expect(hanging.calls).toHaveLength(3);
    expect(healthy.ids().toSorted()).toEqual(ids.toSorted());
  });

  it("that are down keep no more than a handful of events in hand: the others stay in the stream", async () => {
    const consumer = await hook(answers(500));
    const endpoint = await add(consumer.url);
    const endpoints = start({ retryMs: [100_000], inFlight: 4 });
    await happen(2_000);
    await eventually(() => consumer.calls.length >= 20, "some failures");
    await eventually(() => endpoints.gauges()[0]?.waiting !== 0, "what waits");
    expect((await stateOf(endpoint)).waiting).toBeLessThanOrEqual(101);
    expect(endpoints.gauges()).toMatchObject([{ endpoint: endpoint.id, lagMs: expect.any(Number) }]);
  });

  it("that are up again get at once what has waited in the stream meanwhile, untried", async () => {
    let isUp = false;
    const consumer = await hook((response) => answers(isUp ? 200 : 500)(response));
    const endpoint = await add(consumer.url);
    const endpoints = start({ retryMs: [100_000], inFlight: 4 });
    await happen(300);
    await eventually(() => consumer.calls.length >= 20, "some failures");
    isUp = true;
    await eventually(() => consumer.calls.length >= 300, "all the others");
    expect(new Set(consumer.ids()).size).toBe(300);
    const open = (): number => endpoints.gauges()[0]?.waiting ?? 0;
    await eventually(() => endsOf(endpoint).length + open() === 300, "the last one written down");
    expect(new Set(endsOf(endpoint))).toEqual(new Set(["delivered"]));
  });

  it("of two processes get each event once, and go on with the other when one ends", async () => {
    const consumer = await hook();
    const endpoint = await add(consumer.url);
    const [first] = [start(), start()];
    const ids = await happen(50);
    await eventually(() => endsOf(endpoint).length === 50, "the first events");
    await first?.close();
    ids.push(...(await happen(50)));
    await eventually(() => consumer.calls.length >= 100, "the other events");
    expect(consumer.ids().toSorted()).toEqual(ids.toSorted());
  });

  it("get with a replay the same events with the same IDs, and then what is new", async () => {
    const consumer = await hook();
    const endpoint = await add(consumer.url);
    start();
    const before = new Date();
    const ids = await happen(20);
    await eventually(() => endsOf(endpoint).length === 20, "the first time");
    await replayEvents({ ...place(), id: endpoint.id }, before);
    await eventually(() => endsOf(endpoint).length === 40, "the second time");
    await happen(1);
    await eventually(() => endsOf(endpoint).length === 41, "what is new");
    const [again, last] = [consumer.ids().slice(20, 40), consumer.ids().at(-1)];
    expect(again.toSorted()).toEqual(ids.toSorted());
    expect(last).toBe("evt_20");
  });

  it("are not told what the stream has dropped, which is counted", async () => {
    const consumer = await hook(answers(500));
    const endpoint = await add(consumer.url);
    start({ retryMs: [300], inFlight: 1 });
    await happen(1);
    await eventually(() => consumer.calls.length === 1, "a failure");
    await place().redis.xtrim(`${place().prefix}:events`, "MAXLEN", 0);
    await eventually(() => endsOf(endpoint).includes("missed"), "what is missed");
    expect(await place().redis.exists(openKey(place().prefix, endpoint.id))).toBe(0);
  });

  it("are sent a test event when somebody asks, also while they are disabled", async () => {
    const consumer = await hook(answers(418));
    const { id, secret } = await add(consumer.url);
    await disableEndpoint({ ...place(), id }, "operator", new Date());
    start();
    const ask = await askForTest({ ...place(), id });
    let answer: TestAnswer | null = null;
    await eventually(async () => (answer = await readTestAnswer(place(), ask)) !== null, "the answer");
    expect(answer).toEqual({ ok: false, status: 418, failure: "it answered 418", ms: expect.any(Number) });
    const { type, body, headers } = consumer.calls[0] ?? NO_CALL;
    expect(type).toBe("endpoint.test");
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ data: { endpoint_id: id } });
  });

  it("are logged without URL, event or answer", async () => {
    const consumer = await hook(answers(500));
    const endpoint = await add(`${consumer.url}?key=sesame`);
    start();
    await happen(1);
    await eventually(() => endsOf(endpoint).length === 1, "the end");
    expect(said.length).toBeGreaterThan(0);
    expect(JSON.stringify(said)).not.toMatch(/sesame|127\.0\.0\.1|no interest|evt_|whsec/);
  });
});
