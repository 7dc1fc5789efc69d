import { ProducerError, type Enqueued } from "@volley/producer";
import { html, type Html } from "../html/html.ts";
import { reasonField, table } from "../html/parts.ts";
import { counted, withNoun } from "../html/words.ts";
import { requireSend, type SendAddress, sendAddress } from "../sends/send-address.ts";
import { readSendFacts } from "../sends/send-facts.ts";
import { type Doors, Refused, type Route } from "../terms/route.ts";
import { act, done, preview, reasonOf } from "./act.ts";

/** How long a worker is waited for, in milliseconds: less than a person waits. */
const WAIT_MS = 8_000;

const READ = { method: "GET", allowed: "operator" } as const;
const WRITE = { method: "POST", allowed: "operator" } as const;

function pathTo({ shown, query }: SendAddress, what = ""): string {
  return `/sends/${encodeURIComponent(shown)}${what}${query}`;
}

function back(address: SendAddress): readonly [string, string] {
  return [pathTo(address), "To the send"];
}

/** How much a send is, as far as it can be known: whom it has still to reach, and in how many segments. */
async function sizeOf(address: SendAddress, doors: Doors): Promise<Html> {
  const status = await requireSend(address, doors);
  const { segments } = await readSendFacts(doors, address.id, address.place.region);
  const { parts, result } = status;
  const left = parts === null ? null : (parts.total - parts.done) * 1_000;
  const people = result
    ? `${withNoun(result.recipients.requested, "recipient")}, ${counted(result.recipients.accepted)} of them accepted`
    : left === null
      ? "all of its recipients"
      : `at most ${withNoun(left, "recipient")} still to be texted`;
  const text = segments === null ? "" : `, ${withNoun(segments, "segment")} each before values`;
  return html`<p>Now: <strong>${result?.state ?? status.state}</strong>; ${people}${text}.</p>`;
}

const previewCancel: Route = {
  ...READ,
  path: "/sends/:id/cancel",
  what: "what canceling a send would do",
  handle: async (call, doors) => {
    const address = sendAddress(call, doors);
    const says = html`${await sizeOf(address, doors)}
      <p>
        Nothing more of it goes to the provider. What the provider keeps for later is taken back; whoever has been
        texted stays texted. A canceled send can be sent once more to those who were not reached.
      </p>`;
    const [title, fields] = [`Cancel ${address.shown}`, reasonField("a wrong text")];
    return preview({
      title,
      tab: "/sends",
      says,
      action: pathTo(address, "/cancel"),
      fields,
      button: "Cancel this send",
      isGrave: true,
      back: pathTo(address),
    });
  },
};

const cancel: Route = {
  ...WRITE,
  path: "/sends/:id/cancel",
  what: "cancels a send",
  handle: async (call, doors) => {
    const address = sendAddress(call, doors);
    const { id, place, shown } = address;
    await requireSend(address, doors);
    const deed = { what: "send.cancel", about: shown, reason: reasonOf(call) };
    const counts = await act(call, doors, deed, async () => cancelNow(doors, id, place, WAIT_MS));
    const says = counts
      ? html`<p>
          ${withNoun(counts.stopped, "recipient")} stopped, ${counted(counts.tooLate)} too late,
          ${counted(counts.unknown)} nobody knows about.
        </p>`
      : html`<p>
          It is stopped: nothing more of it goes to the provider. A worker has still to count, and to take back what
          waits there.
        </p>`;
    return done("Canceled", "/sends", says, back(address));
  },
};

/** @returns `null` where it is stopped and no worker has counted in time */
export async function cancelNow(
  { producer }: Pick<Doors, "producer">,
  id: string,
  place: { readonly region?: string },
  waitMs: number,
) {
  try {
    return await producer.cancel(id, { ...place, waitMs });
  } catch (error) {
    if (error instanceof ProducerError && error.code === "VOLLEY_WORKER_SILENT") return null;
    throw error;
  }
}

const previewRetry: Route = {
  ...READ,
  path: "/sends/:id/retry",
  what: "what sending once more would do",
  handle: async (call, doors) => {
    const address = sendAddress(call, doors);
    const { result } = await requireSend(address, doors);
    if (result === null) throw new Refused(409, "It has not ended yet: what it has not reached is not known.");
    const { expired, canceled, rejected } = result.recipients;
    const rows = Object.entries({ expired, canceled, rejected }).map(
      ([key, count]) =>
        html`<tr>
          <td>${key}</td>
          <td class="number">${counted(count)}</td>
        </tr>`,
    );
    const says = html`${await sizeOf(address, doors)}
      <p>
        A send of its own goes to those whom this one certainly did not reach: nobody is texted twice, and whoever was
        rejected as no number is not tried again.
      </p>
      ${table("Not reached", ["Not reached", "Recipients"], rows)}`;
    const [title, fields] = [`Send ${address.shown} once more`, reasonField("the region was down")];
    return preview({
      title,
      tab: "/sends",
      says,
      action: pathTo(address, "/retry"),
      fields,
      button: "Send once more",
      back: pathTo(address),
    });
  },
};

const retry: Route = {
  ...WRITE,
  path: "/sends/:id/retry",
  what: "sends once more to whom a send has not reached",
  handle: async (call, doors) => {
    const address = sendAddress(call, doors);
    const deed = { what: "send.retry", about: address.shown, reason: reasonOf(call) };
    const again = await act(call, doors, deed, async () => doors.producer.retry(address.id, address.place));
    return done("Sent once more", "/sends", againWords(again, doors), back(address));
  },
};

function againWords({ id, recipients }: Enqueued, { hidden }: Doors): Html {
  return html`<p>
    ${withNoun(recipients.valid, "recipient")} in
    <a href="/sends/${encodeURIComponent(hidden.show(id))}"><code>${hidden.show(id)}</code></a
    >.
  </p>`;
}

const previewResolve: Route = {
  ...READ,
  path: "/sends/:id/resolve",
  what: "what deciding about those nobody knows about would do",
  handle: async (call, doors) => {
    const address = sendAddress(call, doors);
    const { result } = await requireSend(address, doors);
    const unknown = result?.recipients.unknown ?? 0;
    if (unknown === 0) throw new Refused(409, "There is nobody left about whom nobody knows.");
    const says = html`<p>
      About <strong>${withNoun(unknown, "recipient")}</strong> nobody knows whether they were texted. Look at the
      provider's side, then decide. <strong>Sent</strong> counts them as accepted. <strong>Not sent</strong> texts them
      in a send of their own: whoever had been texted gets it twice.
    </p>`;
    const fields = html`<label class="choice"
        ><input type="radio" name="decision" value="sent" required /> They were texted</label
      >
      <label class="choice"><input type="radio" name="decision" value="not_sent" /> They were not: text them now</label
      >${reasonField("their dashboard has the batch")}`;
    return preview({
      title: `Resolve ${address.shown}`,
      tab: "/sends",
      says,
      action: pathTo(address, "/resolve"),
      fields,
      button: "Decide",
      isGrave: true,
      back: pathTo(address),
    });
  },
};

const resolve: Route = {
  ...WRITE,
  path: "/sends/:id/resolve",
  what: "decides about those nobody knows about",
  handle: async (call, doors) => {
    const address = sendAddress(call, doors);
    const decision = call.form.get("decision");
    if (decision !== "sent" && decision !== "not_sent") throw new Refused(400, "decision: expected sent or not_sent");
    const deed = { what: `send.resolve: ${decision}`, about: address.shown, reason: reasonOf(call) };
    const again = await act(call, doors, deed, async () =>
      doors.producer.resolve(address.id, decision, { ...address.place, waitMs: WAIT_MS }),
    );
    const says = again === null ? html`<p>They count as accepted.</p>` : againWords(again, doors);
    return done("Decided", "/sends", says, back(address));
  },
};

export const SEND_ACTIONS: readonly Route[] = [previewCancel, cancel, previewRetry, retry, previewResolve, resolve];
