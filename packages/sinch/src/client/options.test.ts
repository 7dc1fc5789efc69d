import { expect, test } from "@jest/globals";
import { createSinchClient, type SinchClient } from "./sinch-client.ts";

const GOOD = { baseUrl: "https://eu.sms.api.sinch.com", servicePlanId: "plan", apiToken: "token" };

const PROJECT = { kind: "project", projectId: "project", keyId: "id", keySecret: "secret" };

test.each<[string, object]>([
  ["timeout: unknown option, did you mean timeoutMs?", { ...GOOD, timeout: 8_000 }],
  ["baseURI: unknown option, did you mean baseUrl?", { ...GOOD, baseURI: "x" }],
  ["region: unknown option, expected baseUrl, auth", { ...GOOD, region: "eu" }],
  ["(11 characters): unknown option", { ...GOOD, "46701234567": 1 }],
  ["timeoutMs: expected a whole number from 1", { ...GOOD, timeoutMs: "8s" }],
  ["timeoutMs: expected a whole number from 1", { ...GOOD, timeoutMs: 0 }],
  ["maxAnswerBytes: expected a whole number of at least 1", { ...GOOD, maxAnswerBytes: "64mb" }],
  ["apiToken: expected a text of at least 1 character", { ...GOOD, apiToken: "" }],
  ["apiToken: expected a value, got nothing", { ...GOOD, apiToken: undefined }],
  ["baseUrl: expected a value, got nothing", { ...GOOD, baseUrl: undefined }],
  ["now: expected a function, got an object", { ...GOOD, now: new Date() }],
  ["proxy: expected an object, got 12 characters", { ...GOOD, proxy: "http://proxy" }],
  ["proxy.htps: unknown option, did you mean https?", { ...GOOD, proxy: { htps: "http://proxy" } }],
  ["auth.kind: expected plan or project", { baseUrl: GOOD.baseUrl, auth: { ...PROJECT, kind: "key" } }],
  [
    "auth.keySecret: expected a value, got nothing",
    { baseUrl: GOOD.baseUrl, auth: { ...PROJECT, keySecret: undefined } },
  ],
  ["auth.secret: unknown option", { baseUrl: GOOD.baseUrl, auth: { ...PROJECT, secret: "hidden" } }],
])("a client is refused at once with %s", (message, options) => {
  const create = (): SinchClient => Reflect.apply(createSinchClient, undefined, [options]);
  expect(create).toThrow(TypeError);
  expect(create).toThrow(message);
});

test("an option that is undefined counts as left out", () => {
  const given = { ...GOOD, timeoutMs: undefined, maxAnswerBytes: undefined, ca: undefined, proxy: undefined };
  const client: SinchClient = Reflect.apply(createSinchClient, undefined, [given]);
  expect(client.timeoutMs).toBe(8_000);
  client.close();
});
