import { expect, it } from "@jest/globals";
import { createSinchClient } from "../client/sinch-client.ts";

const BATCH = { type: "mt_text", from: "1", to: ["46701234567"], body: "Hi", client_reference: "r" };

/** A provider that takes one token, and the client of a plan whose token is as `current` says. */
function start(valid: string, current: (isRefused: boolean) => string) {
  const used: unknown[] = [];
  const client = createSinchClient({
    baseUrl: "https://localhost",
    servicePlanId: "plan",
    apiToken: "old",
    secrets: (isRefused) => ({ apiToken: current(isRefused) }),
    transport: async ({ headers }) => {
      used.push(headers["authorization"]);
      const isGood = headers["authorization"] === `Bearer ${valid}`;
      return { status: isGood ? 201 : 401, headers: {}, body: isGood ? '{"id":"a"}' : "{}" };
    },
  });
  return { client, used };
}

it("sends with the token of the moment", async () => {
  const { client, used } = start("new", () => "new");
  expect(await client.sendBatch(BATCH)).toMatchObject({ kind: "accepted", batchId: "a" });
  expect(used).toEqual(["Bearer new"]);
});

it("makes a refused request once more where the token was replaced meanwhile", async () => {
  const { client, used } = start("new", (isRefused) => (isRefused ? "new" : "old"));
  expect(await client.sendBatch(BATCH)).toMatchObject({ kind: "accepted" });
  expect(used).toEqual(["Bearer old", "Bearer new"]);
});

it("makes it no second time where the token is the same", async () => {
  const { client, used } = start("new", () => "old");
  expect(await client.sendBatch(BATCH)).toMatchObject({ kind: "unauthorized", status: 401 });
  expect(used).toEqual(["Bearer old"]);
});
