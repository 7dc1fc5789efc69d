import { readTime } from "@volley/contract";
import { html } from "../html/html.ts";
import { moment } from "../html/words.ts";
import { url } from "../mask/harmless-forms.ts";
import { Refused, type Route } from "../terms/route.ts";
import { act, done, preview, reasonOf } from "./act.ts";
import { field, reasonField } from "../html/parts.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

export const previewReplay: Route = {
  method: "GET",
  path: "/endpoints/:id/replay",
  allowed: "operator",
  what: "what delivering events once more would do",
  handle: async ({ params }, { producer }) => {
    const endpoint = await producer.endpoints.get(params["id"] ?? "");
    const since = new Date(Date.now() - DAY_MS).toISOString();
    return preview({
      title: "Deliver once more",
      tab: "/events",
      says: html`<p>
        Everything that has happened since that time is delivered again to
        <strong>${String(url(endpoint.url))}</strong>, with the same IDs: a receiver that looks at them takes each once.
        What happens meanwhile comes behind it.
      </p>`,
      action: `/endpoints/${endpoint.id}/replay`,
      fields: html`${field("Since", "since", since, html`required size="26"`)}${reasonField("their service was down")}`,
      button: "Deliver once more",
      back: "/events",
    });
  },
};

export const replay: Route = {
  method: "POST",
  path: "/endpoints/:id/replay",
  allowed: "operator",
  what: "delivers events once more since a time",
  handle: async (call, doors) => {
    const since = call.form.get("since") ?? "";
    if (readTime(since) === null) throw new Refused(400, "since: expected a time such as 2026-12-01T09:00:00Z");
    const { id } = await doors.producer.endpoints.get(call.params["id"] ?? "");
    const deed = { what: "endpoint.replay", about: id, reason: reasonOf(call), detail: `since ${since}` };
    const begun = await act(call, doors, deed, async () => doors.producer.endpoints.replay(id, { since }));
    const complete = begun.is_complete ? "All of them are still kept." : "Some of them are not kept any more.";
    return done(
      "Delivering once more",
      "/events",
      html`<p>Everything since ${moment(begun.since)} is delivered again. ${complete}</p>`,
      ["/events", "To the events"],
    );
  },
};
