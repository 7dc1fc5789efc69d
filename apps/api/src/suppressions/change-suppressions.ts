import { z } from "zod";
import { defineRoute } from "../problems/define-route.ts";
import { said, TIME } from "../terms/page-query.ts";
import { ABOUT_LIST, NUMBERS, ONE, requireScopeAllowed, SCOPE } from "./suppression-terms.ts";

const WRITE = { ...ABOUT_LIST, method: "POST", scope: "suppressions:write" } as const;

const who = z.string().min(1).max(60);

const why = z.string().min(1).max(200);

export const addSuppressions = defineRoute({
  ...WRITE,
  path: "/v1/suppressions",
  operation: "addSuppressions",
  summary: "Text some numbers no more",
  description: "Whoever is on the list is left out of everything that is handed over after the answer.",
  body: {
    json: z.strictObject({
      numbers: NUMBERS,
      scope: SCOPE.default("all"),
      kind: z.enum(["stop", "network", "operator"]).optional(),
      at: TIME.optional(),
      who: who.optional(),
      why: why.optional(),
    }),
    example: { numbers: ["+46701234567"], who: "eva", why: "asked on the phone" },
  },
  answers: {
    200: {
      description: "They are on it.",
      schema: z.object({ added: z.int(), confirmed: z.int(), known: z.int() }),
    },
  },
  handle: async ({ body: { numbers, ...options }, key }, { producer }) => {
    requireScopeAllowed(key, options.scope);
    return { status: 200, body: await producer.suppressions.add(numbers, said(options)) };
  },
});

export const removeSuppressions = defineRoute({
  ...WRITE,
  path: "/v1/suppressions/remove",
  operation: "removeSuppressions",
  summary: "Take numbers off the list; their proof names who did so, and why",
  description: "Without a scope, all their entries: that takes a key for every region and sender.",
  body: {
    json: z.strictObject({ numbers: NUMBERS, scope: SCOPE.optional(), who: who.optional(), why: why.optional() }),
    example: { numbers: ["+46701234567"], who: "eva", why: "came back" },
  },
  answers: {
    200: { description: "They are off it.", schema: z.object({ removed: z.int(), absent: z.int() }) },
  },
  handle: async ({ body: { numbers, ...options }, key }, { producer }) => {
    requireScopeAllowed(key, options.scope ?? "all");
    return { status: 200, body: await producer.suppressions.remove(numbers, said(options)) };
  },
});

export const decideHeld = defineRoute({
  ...WRITE,
  path: "/v1/suppressions/decide",
  operation: "decideHeld",
  summary: "Decide about somebody who is held: stop, or no",
  body: {
    json: ONE.extend({
      scope: SCOPE,
      decision: z.enum(["stop", "no"]),
      message_id: z.string().min(1).max(200).optional(),
      who,
      why: why.optional(),
    }),
    example: { number: "+46701234567", scope: "all", decision: "stop", who: "eva" },
  },
  answers: {
    200: {
      description: "Whether it was decided: not where nobody is held like that.",
      schema: z.object({ decided: z.boolean() }),
    },
  },
  handle: async ({ body: { number, scope, message_id, decision, ...by }, key }, { producer }) => {
    requireScopeAllowed(key, scope);
    const entry = said({ number, scope, message_id });
    return { status: 200, body: await producer.suppressions.decide(entry, decision, said(by)) };
  },
});
