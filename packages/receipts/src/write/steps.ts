import { type ReferredSend, referredSend, regionOfSendId } from "@volley/contract";
import type { BatchReport, Callback, Inbound, RecipientReport } from "../callback/callback.ts";
import { inboundEvent, type InboundLink } from "../event/inbound-event.ts";
import { recipientEvent } from "../event/recipient-event.ts";
import type { VolleyEvent } from "../event/event.ts";
import { type DeliveryState, nameOfState, rankOf } from "../terms/delivery-state.ts";
import { batchField, bucketKey, bucketOf, deliveryKey, inboundKey, type Place } from "../terms/keys.ts";
import { packState } from "../terms/packed-state.ts";
import { optOutOfInbound, optOutOfReport, type OptOutStep, type OptOutTerms } from "./opt-out-step.ts";

/** One thing that the script writes down. */
export type Step =
  | {
      readonly kind: "recipient";
      /** `null` where the send is not one of ours. */
      readonly tally: string | null;
      readonly batch: string;
      readonly bucket: string;
      readonly recipient: string;
      readonly state: DeliveryState;
      readonly kept: string;
      readonly event: VolleyEvent;
      readonly optOut: OptOutStep | null;
    }
  | {
      readonly kind: "batch";
      readonly tally: string | null;
      readonly batch: string;
      readonly states: string;
      readonly at: string;
    }
  | {
      readonly kind: "inbound";
      readonly key: string;
      readonly event: VolleyEvent;
      readonly optOut: OptOutStep | null;
    };

/** Adds the values of a step, its keys named by their places. */
export function addValues(values: (string | number)[], step: Step, placeOf: (key: string | null) => number): void {
  switch (step.kind) {
    case "recipient": {
      const { tally, batch, bucket, recipient, state, kept, event } = step;
      values.push("r", placeOf(tally), batch, placeOf(bucket), recipient, rankOf(state.status), kept);
      values.push(nameOfState(state), event.at);
      addEvent(values, event);
      addOptOut(values, step.optOut, placeOf);
      return;
    }
    case "batch":
      values.push("b", placeOf(step.tally), step.batch, step.states, step.at);
      return;
    case "inbound":
      values.push("i", placeOf(step.key));
      addEvent(values, step.event);
      addOptOut(values, step.optOut, placeOf);
  }
}

function addOptOut(
  values: (string | number)[],
  step: OptOutStep | null,
  placeOf: (key: string | null) => number,
): void {
  if (step === null) {
    values.push("");
    return;
  }
  const { letter, at, entry, note, places, event, proof } = step;
  values.push("o", letter, at.getTime(), entry, note, places.length);
  for (const { bucket, field, heard } of places) values.push(placeOf(bucket), field, placeOf(heard));
  values.push(placeOf(proof.key), proof.row);
  if (event === null) values.push("", "", "", "", "");
  else addEvent(values, event);
}

function addEvent(values: (string | number)[], { id, type, at, region, data }: VolleyEvent): void {
  values.push(id, type, at, region, JSON.stringify(data));
}

type StepTerms = { readonly link: InboundLink; readonly terms: OptOutTerms };

/**
 * What is to be written down of a callback.
 *
 * @param now - stands for a time that the callback does not say
 * @param terms - what an inbound answers to, and how opt-outs are heard
 * @returns nothing for what is unknown or unreadable
 */
export function stepsOf(callback: Callback, place: Place, now: Date, { link, terms }: StepTerms): Step[] {
  switch (callback.kind) {
    case "recipient":
      return [recipientStep(callback, place, { at: callback.at ?? now, now, terms })];
    case "batch":
      return batchSteps(callback, place, now, terms);
    case "inbound":
      return [inboundStep(callback, place, now, { link, terms })];
    case "unknown":
    case "unreadable":
      return [];
  }
}

/**
 * Where a report counts: in the region that the ID of its send names, whichever region it came to. Sends to several regions have
 * one callback URL, and a plan may be that of several.
 */
function homeOf(place: Place, send: ReferredSend | null): Place {
  return { ...place, region: (send && regionOfSendId(send.id)) ?? place.region };
}

type Named = Omit<RecipientReport, "kind" | "at">;

type Timed = { readonly at: Date; readonly now: Date; readonly terms: OptOutTerms };

function recipientStep(report: Named, came: Place, { at, now, terms }: Timed): Step {
  const { batchId, recipient, state, reference, details } = report;
  const send = referredSend(reference);
  const place = homeOf(came, send);
  return {
    kind: "recipient",
    tally: send && deliveryKey(place, send.id),
    batch: batchField(batchId),
    bucket: bucketKey(place, batchId, bucketOf(recipient)),
    recipient,
    state,
    kept: packState({ ...state, at }, batchId),
    event: recipientEvent({ region: place.region, batchId, recipient, state, at, send, details }),
    optOut: optOutOfReport({ recipient, batchId, ...state, at, send, details }, place, now, terms),
  };
}

/** A report that names everybody is as many reports on one recipient each. */
function batchSteps({ batchId, reference, states }: BatchReport, place: Place, now: Date, terms: OptOutTerms): Step[] {
  const isNamed = states.every(({ recipients }) => recipients !== null);
  if (isNamed) {
    return states.flatMap(({ state, recipients }) =>
      (recipients ?? []).map((recipient) =>
        recipientStep({ batchId, reference, recipient, state, details: {} }, place, { at: now, now, terms }),
      ),
    );
  }
  const send = referredSend(reference);
  const counted = states.filter(({ count }) => count > 0).map(({ state, count }) => `${nameOfState(state)}=${count}`);
  if (counted.length === 0) return [];
  return [
    {
      kind: "batch",
      tally: send && deliveryKey(homeOf(place, send), send.id),
      batch: batchField(batchId),
      states: counted.toSorted().join(","),
      at: now.toISOString(),
    },
  ];
}

function inboundStep(inbound: Inbound, place: Place, now: Date, { link, terms }: StepTerms): Step {
  const event = inboundEvent(place.region, inbound, link, now);
  const optOut = optOutOfInbound(inbound, place, now, link, terms);
  return { kind: "inbound", key: inboundKey(place, inbound.id), event, optOut };
}
