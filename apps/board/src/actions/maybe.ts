import type { HeldPlace } from "@volley/producer";
import { html } from "../html/html.ts";
import { maskedNumber } from "../mask/mask-person.ts";
import { showMaybe } from "../pages/maybe.ts";
import { showInbox } from "../pages/inbox.ts";
import { type Doors, Refused, type Route } from "../terms/route.ts";
import { act, done, reasonOf } from "./act.ts";

const TERMS = { method: "POST", allowed: "operator" } as const;

export const decideMaybe: Route = {
  ...TERMS,
  path: "/maybe/decide",
  what: "decides that somebody wants no more messages, or does",
  handle: async (call, doors) => {
    const entry = readEntry(call.form.get("entry") ?? "", doors);
    const decision = call.form.get("decision");
    if (decision !== "stop" && decision !== "no") throw new Refused(400, "decision: expected stop or no");
    const who = maskedNumber(entry.number);
    const deed = { what: `maybe.${decision}`, about: who, reason: "" };
    const { decided } = await act(call, doors, deed, async () =>
      doors.producer.suppressions.decide(entry, decision, { who: call.who.name.slice(0, 60) }),
    );
    if (!decided)
      throw new Refused(
        409,
        "They are not held by that message any more: somebody has decided, or they have written again.",
      );
    const says =
      decision === "stop" ? "is on the suppression list: texted nothing more until START." : "is let go: texted again.";
    return done("Decided", "/maybe", html`<p>${who} ${says}</p>`, ["/maybe", "To the others"]);
  },
};

export const revealMaybe: Route = {
  ...TERMS,
  path: "/maybe/reveal",
  what: "shows a page of those people once with numbers and texts",
  handle: async (call, doors) => {
    const cursor = call.form.get("cursor") ?? "";
    const deed = { what: "reveal", about: "maybe opted out", reason: reasonOf(call) };
    return {
      page: await act(call, doors, deed, async () => showMaybe(doors, { cursor, isOperator: true, isRevealed: true })),
    };
  },
};

export const revealInbox: Route = {
  ...TERMS,
  path: "/inbox/reveal",
  what: "shows a page of messages once with numbers and texts",
  handle: async (call, doors) => {
    const deed = { what: "reveal", about: "inbox", reason: reasonOf(call) };
    return {
      page: await act(call, doors, deed, async () =>
        showInbox(doors, call.form, { isOperator: true, isRevealed: true }),
      ),
    };
  },
};

/** What stands in the form instead of a number. @throws Refused for what this board has not made */
function readEntry(token: string, { hidden }: Doors): HeldPlace & { readonly number: string } {
  try {
    const [number, scope, id] = JSON.parse(hidden.read(token)) as [string, HeldPlace["scope"], string];
    return { number, scope, message_id: id };
  } catch {
    throw new Refused(400, "entry: expected one of the page");
  }
}
