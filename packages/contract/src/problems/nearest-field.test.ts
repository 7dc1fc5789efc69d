import { expect, test } from "@jest/globals";
import { nearestField } from "./nearest-field.ts";
import { fieldsOf } from "../send/send.ts";

const fields = fieldsOf("mt_text");

test.each([
  ["sendAt", "send_at"],
  ["send-at", "send_at"],
  ["Send At", "send_at"],
  ["send_att", "send_at"],
  ["expireAt", "expire_at"],
  ["expires_at", "expire_at"],
  ["clientReference", "client_reference"],
  ["client_refrence", "client_reference"],
  ["deliveryReport", "delivery_report"],
  ["callbackUrl", "callback_url"],
  ["parameter", "parameters"],
  ["option", "options"],
  ["form", "from"],
  ["From", "from"],
  ["tos", "to"],
])("spells %s as %s", (name, expected) => {
  expect(nearestField(name, fields)).toBe(expected);
});

test.each([
  ["text", "body"],
  ["message", "body"],
  ["content", "body"],
  ["recipients", "to"],
  ["Numbers", "to"],
  ["phones", "to"],
  ["sender", "from"],
  ["originator", "from"],
  ["reference", "client_reference"],
  ["schedule", "send_at"],
  ["scheduledAt", "send_at"],
  ["schedule_at", "send_at"],
  ["expiry", "expire_at"],
  ["callback", "callback_url"],
  ["webhook_url", "callback_url"],
  ["params", "parameters"],
  ["variables", "parameters"],
])("translates %s to %s", (name, expected) => {
  expect(nearestField(name, fields)).toBe(expected);
});

test("offers only fields that the type has", () => {
  expect(nearestField("params", fieldsOf("mt_binary"))).toBeUndefined();
  expect(nearestField("text", [])).toBeUndefined();
});

test("offers the nearest of several", () => {
  expect(nearestField("send_add", ["send_ack", "send_ad", "send_at"])).toBe("send_ad");
});

test.each(["colour", "__proto__", "constructor", "", "x", "send_at".repeat(100)])("offers nothing for %p", (name) => {
  expect(nearestField(name, fields)).toBeUndefined();
});
