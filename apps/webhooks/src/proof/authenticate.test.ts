import { createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import { authenticate } from "./authenticate.ts";

const BODY = Buffer.from("{}");
const NOW = new Date();
const WAYS = { signing: ["s1", "s2"], basic: ["u1:p1", "u2:p2"], tokens: ["t1", "t2"] };

type Way = keyof typeof WAYS;

function judge(ways: readonly Way[], { signed, basic, token }: Readonly<Record<string, string>>): boolean | string {
  const region = Object.fromEntries(ways.map((way) => [way, () => WAYS[way]]));
  const timestamp = String(Math.floor(NOW.getTime() / 1_000));
  const headers = {
    ...(basic && { authorization: `Basic ${Buffer.from(basic).toString("base64")}` }),
    ...(signed && {
      "x-sinch-webhook-signature": createHmac("sha256", signed).update(`{}.n.${timestamp}`).digest("base64"),
      "x-sinch-webhook-signature-nonce": "n",
      "x-sinch-webhook-signature-timestamp": timestamp,
    }),
  };
  const presented = { headers, body: BODY, token };
  const who = authenticate({ name: "eu", ...region }, presented, { maxAgeS: 60, now: NOW });
  return who.isGood || who.reason;
}

test.each<[readonly Way[], Readonly<Record<string, string>>, boolean | string]>([
  [["signing"], { signed: "s1" }, true],
  [["signing"], { signed: "s2" }, true],
  [["signing"], { signed: "s3" }, "wrong_signature"],
  [["signing"], {}, "nothing"],
  [["signing"], { basic: "u1:p1" }, "nothing"],
  [["basic"], { basic: "u1:p1" }, true],
  [["basic"], { basic: "u2:p2" }, true],
  [["basic"], { basic: "u1:p2" }, "wrong_password"],
  [["basic"], {}, "nothing"],
  [["tokens"], { token: "t2" }, true],
  [["tokens"], { token: "t3" }, "wrong_token"],
  [["tokens"], {}, "nothing"],
  [["signing"], { signed: "s1", token: "t1" }, "wrong_token"],
  [["signing", "tokens"], { token: "t1" }, true],
  [["signing", "tokens"], { token: "t1", signed: "s3" }, "wrong_signature"],
  [["signing", "basic"], { basic: "u1:p2", signed: "s1" }, "wrong_password"],
  [[], {}, true],
])("of %j, %j is %j", (ways, presented, expected) => {
  expect(judge(ways, presented)).toBe(expected);
});
