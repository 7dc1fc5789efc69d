import { describe, expect, test } from "@jest/globals";
import { verifySignature } from "./verify-signature.ts";

/** The example of the provider's own SDK for Node. */
const BODY =
  '{"at":"2025-01-13T09:22:40.914Z","batch_id":"01JHFFHQ0P99JPPNQPJDV7JTBP","client_reference":"a client reference","code":0,"operator_status_at":"2025-01-13T09:22:00Z","recipient":"33662162466","status":"Delivered","type":"recipient_delivery_report_sms"}';
const SECRETS = ["another one", "SMSWebhooksSecret"];
const NONCE = "01JHFFHWYY7HSS4FWTMDTQEK8V";
const TIMESTAMP = "1736760161";
const SIGNATURE = "ZoHei66PPN/kZjw7hFVfGhJOnml3iGNCMWoyQVcE5o0=";
const SIGNED_AT = new Date(Number(TIMESTAMP) * 1_000);

function verify(
  { body = BODY, signature = SIGNATURE, nonce = NONCE, timestamp = TIMESTAMP, ...more }: Record<string, string> = {},
  now = SIGNED_AT,
) {
  const headers = {
    "x-sinch-webhook-signature": signature,
    "x-sinch-webhook-signature-algorithm": "HmacSHA256",
    "x-sinch-webhook-signature-nonce": nonce,
    "x-sinch-webhook-signature-timestamp": timestamp,
    ...more,
  };
  return verifySignature(Buffer.from(body), headers, { secrets: SECRETS, maxAgeS: 86_400, now });
}

/** The text with each of its characters changed in turn. */
function changed(text: string): string[] {
  return Array.from(text, (character, place) => {
    const other = character === "0" ? "1" : "0";
    return `${text.slice(0, place)}${other}${text.slice(place + 1)}`;
  });
}

describe("a signature", () => {
  test("of the provider's own example is good", () => {
    expect(verify()).toEqual({ nonce: NONCE, signedAt: SIGNED_AT });
  });

  test("is wrong with each byte of body, nonce, time and signature changed in turn", () => {
    const forged = [
      ...changed(BODY).map((body) => ({ body })),
      ...changed(NONCE).map((nonce) => ({ nonce })),
      ...changed(TIMESTAMP).map((timestamp) => ({ timestamp })),
      ...changed(SIGNATURE).map((signature) => ({ signature })),
    ];
    expect(forged.filter((each) => verify(each) !== "wrong")).toEqual([]);
    expect(forged.length).toBeGreaterThan(300);
  });

  test("is wrong where Base64 would stand for the same bytes", () => {
    expect(verify({ signature: SIGNATURE.replace("o0=", "o1=") })).toBe("wrong");
    expect(verify({ signature: SIGNATURE.replace("=", "") })).toBe("wrong");
  });

  test.each([
    [{ nonce: "" }],
    [{ timestamp: "1e9" }],
    [{ timestamp: "" }],
    [{ signature: "" }],
    [{ "x-sinch-webhook-signature-algorithm": "HmacMD5" }],
  ])("is wrong without its parts: %j", (changes) => {
    expect(verify(changes)).toBe("wrong");
  });

  test.each([-1, 1])("is too old where it was signed more than a day ago, or ahead", (sign) => {
    expect(verify({}, new Date(SIGNED_AT.getTime() + sign * 86_400_000))).toMatchObject({ nonce: NONCE });
    expect(verify({}, new Date(SIGNED_AT.getTime() + sign * 86_401_000))).toBe("too_old");
  });

  test("that is not there is none", () => {
    expect(verifySignature(Buffer.from(BODY), {}, { secrets: SECRETS, maxAgeS: 1, now: SIGNED_AT })).toBeNull();
  });
});
