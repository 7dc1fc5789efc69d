import { createHash } from "node:crypto";
import { writeAction } from "@volley/accounts";
import type { SendInList } from "@volley/producer";
import { html, type Html } from "../html/html.ts";
import { hiddenField, reasonField, table } from "../html/parts.ts";
import { counted, withNoun } from "../html/words.ts";
import {
  filterQuery,
  fixedFilter,
  hiddenFilter,
  listOptions,
  readFilter,
  type SendFilter,
} from "../sends/send-filter.ts";
import { readSendFacts } from "../sends/send-facts.ts";
import { SEND_HEADINGS, sendRow } from "../sends/send-row.ts";
import { type Call, type Doors, Refused, type Route } from "../terms/route.ts";
import { act, done, preview, reasonOf } from "./act.ts";
import { cancelNow } from "./send.ts";

/** Sends that are changed at once, and at the same time. */
const [MOST, AT_ONCE] = [500, 5];

/** Pages of the list that are looked at for them. */
const MOST_PAGES = 20;

/** Sends that a preview names. */
const NAMED = 20;

type How = "cancel" | "retry";

/** Whom something would be about, and by what it is known that they are still the same. */
type Matching = { readonly sends: readonly SendInList[]; readonly token: string };

/** @throws Refused where there are too many, or none */
async function matching(how: How, filter: SendFilter, { producer }: Doors): Promise<Matching> {
  const sends: SendInList[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const options = { ...listOptions(filter, new Date()), limit: MOST, ...(cursor !== null && { cursor }) };
    const page: Awaited<ReturnType<Doors["producer"]["list"]>> = await producer.list(options);
    sends.push(...page.sends.filter((send) => isMeant(how, send)));
    ({ cursor } = page);
    if (cursor === null || sends.length > MOST) break;
  }
  if (sends.length > MOST || cursor !== null)
    throw new Refused(409, `More than ${MOST} sends match, or too many have to be looked at: narrow the filter.`);
  if (sends.length === 0)
    throw new Refused(
      404,
      how === "cancel"
        ? "No send that has not ended matches."
        : "No send that has ended without reaching everybody matches.",
    );
  const content = sends
    .map(({ id, recipients, result }) => `${id} ${recipients.valid} ${result?.state ?? ""}`)
    .toSorted();
  return {
    sends,
    token: createHash("sha256")
      .update(JSON.stringify([how, content]))
      .digest("hex")
      .slice(0, 32),
  };
}

function isMeant(how: How, { state, result }: SendInList): boolean {
  if (how === "cancel") return state === "scheduled" || state === "queued" || state === "sending";
  const { canceled = 0, expired = 0, rejected = 0 } = result?.recipients ?? {};
  return state === "settled" && canceled + expired + rejected > 0;
}

/** @returns whom one of them would be about */
function peopleOf(how: How, { recipients, result }: SendInList): number {
  if (how === "cancel") return recipients.valid;
  const { canceled = 0, expired = 0, rejected = 0 } = result?.recipients ?? {};
  return canceled + expired + rejected;
}

async function sizeOf(how: How, sends: readonly SendInList[], doors: Doors): Promise<Html> {
  let [people, segments, unknown] = [0, 0, 0];
  for (let at = 0; at < sends.length; at += 50) {
    const some = sends.slice(at, at + 50);
    const facts = await Promise.all(some.map(async ({ id, region }) => readSendFacts(doors, id, region)));
    for (const [index, send] of some.entries()) {
      const count = peopleOf(how, send);
      people += count;
      const of = facts[index]?.segments ?? null;
      if (of === null) unknown += 1;
      else segments += of * count;
    }
  }
  const rest = unknown === 0 ? "" : `, without those of ${withNoun(unknown, "send")} that cannot be looked into`;
  const price =
    doors.segmentPrice === undefined
      ? ""
      : `, about ${counted(segments * doors.segmentPrice)} at ${doors.segmentPrice} a segment`;
  return html`<p>
    <strong
      >${withNoun(sends.length, "send")}, at most ${withNoun(people, "recipient")}, about
      ${withNoun(segments, "segment")}${price}</strong
    >${rest}.
  </p>`;
}

const WORDS = {
  cancel: {
    title: "Cancel all that match",
    button: "Cancel them all",
    says: "Nothing more of them goes to the provider. Whoever has been texted stays texted.",
  },
  retry: {
    title: "Send all that match once more",
    button: "Send them all once more",
    says: "Each goes in a send of its own to those whom it certainly did not reach; whoever is no number is not tried again. Nobody is texted twice.",
  },
} as const;

function bulk(how: How): [Route, Route] {
  const { title, button, says } = WORDS[how];
  const path = `/bulk/${how}`;
  return [
    {
      method: "GET",
      path,
      allowed: "operator",
      what:
        how === "cancel" ? "what canceling all that match would do" : "what sending all that match once more would do",
      handle: async ({ query }, doors) => {
        const filter = fixedFilter(readFilter(query), new Date());
        const { sends, token } = await matching(how, filter, doors);
        const rows = sends.slice(0, NAMED).map((send) => sendRow(send, doors));
        const more = sends.length > NAMED && html`<p class="quiet">and ${counted(sends.length - NAMED)} more.</p>`;
        const all = html`${await sizeOf(how, sends, doors)}
          <p>${says} Where other sends match by the time you press the button, nothing is done.</p>
          ${table("Sends", SEND_HEADINGS, rows)}${more}`;
        const fields = html`${hiddenFilter(filter)}${hiddenField("token", token)}${reasonField("a wrong text in all of them")}`;
        return preview({
          title,
          tab: "/sends",
          says: all,
          action: path,
          fields,
          button,
          isGrave: true,
          back: `/sends?${filterQuery(filter)}`,
        });
      },
    },
    {
      method: "POST",
      path,
      allowed: "operator",
      what:
        how === "cancel"
          ? "cancels all that match, where they are still the same"
          : "sends all that match once more, where they are still the same",
      handle: async (call, doors) => doAll(how, call, doors),
    },
  ];
}

async function doAll(how: How, call: Call, doors: Doors) {
  const filter = readFilter(call.form);
  const reason = reasonOf(call);
  const { sends, token } = await matching(how, filter, doors);
  if (token !== call.form.get("token"))
    throw new Refused(
      409,
      "Other sends match now than on the page that you have seen: nothing was done. Look at it again.",
    );
  const people = sends.reduce((sum, send) => sum + peopleOf(how, send), 0);
  const detail = `${withNoun(sends.length, "send")}, ${withNoun(people, "recipient")}; ${filterWords(filter)}`;
  const failed: string[] = [];
  await act(call, doors, { what: `bulk.${how}`, about: withNoun(sends.length, "send"), reason, detail }, async () => {
    for (let at = 0; at < sends.length; at += AT_ONCE) {
      await Promise.all(
        sends
          .slice(at, at + AT_ONCE)
          .map(async (send) => one(how, send, doors).catch(() => failed.push(doors.hidden.show(send.id)))),
      );
    }
  });
  if (failed.length > 0) {
    const line = { who: call.who.name, role: call.who.role, about: withNoun(failed.length, "send"), reason: "" };
    await writeAction(doors.accounts, { ...line, what: `bulk.${how}: failed`, detail: "" }, new Date());
  }
  const left =
    failed.length > 0 &&
    html`<p>${withNoun(failed.length, "send")} could not be changed: ${failed.slice(0, NAMED).join(", ")}.</p>`;
  const changed = withNoun(sends.length - failed.length, "send");
  return done(
    "Done",
    "/sends",
    html`<p>
        ${how === "cancel" ? `${changed} stopped. What had gone before stands on the page of each.` : `${changed} sent once more.`}
      </p>
      ${left}`,
    [`/sends?${filterQuery(filter)}`, "To the sends"],
  );
}

async function one(how: How, { id, region }: SendInList, { producer }: Doors): Promise<void> {
  const place = id.startsWith(`${region}-`) ? {} : { region };
  // That it is stopped is written down at once; what a worker counts is on each send's page.
  if (how === "cancel") await cancelNow({ producer }, id, place, 1);
  else await producer.retry(id, place);
}

function filterWords(filter: SendFilter): string {
  const words = Object.entries(filter).flatMap(([name, value]) => (value === "" ? [] : [`${name} ${value}`]));
  return words.length === 0 ? "all" : words.join(", ");
}

export const BULK_ACTIONS: readonly Route[] = [...bulk("cancel"), ...bulk("retry")];
