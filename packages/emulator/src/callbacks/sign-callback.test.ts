import { expect, test } from "@jest/globals";
import { signCallback } from "./sign-callback.ts";

test("signs as in the test vector of Sinch's Node SDK", () => {
  const body =
    '{"at":"2025-01-13T09:22:40.914Z","batch_id":"01JHFFHQ0P99JPPNQPJDV7JTBP","client_reference":"a client reference","code":0,"operator_status_at":"2025-01-13T09:22:00Z","recipient":"33662162466","status":"Delivered","type":"recipient_delivery_report_sms"}';
  const seed = { nonce: "01JHFFHWYY7HSS4FWTMDTQEK8V", timestamp: 1_736_760_161 };
  expect(signCallback(body, "SMSWebhooksSecret", seed)).toEqual({
    "x-sinch-webhook-signature": "ZoHei66PPN/kZjw7hFVfGhJOnml3iGNCMWoyQVcE5o0=",
    "x-sinch-webhook-signature-algorithm": "HmacSHA256",
    "x-sinch-webhook-signature-nonce": "01JHFFHWYY7HSS4FWTMDTQEK8V",
    "x-sinch-webhook-signature-timestamp": "1736760161",
  });
});
