import type { SendStatus } from "@volley/producer";
import { DELIVERY_CODES } from "./delivery-codes.ts";
import { inEnglish } from "./in-english.ts";

type Delivery = NonNullable<SendStatus["delivery"]>;

const ENDS = [
  "delivered",
  "failed",
  "expired",
  "rejected",
  "deleted",
  "aborted",
  "canceled",
  "unknown",
  "unreported",
] as const;

/** The lines that say how far the messages of a send are. */
export function describeDelivery(id: string, delivery: Delivery): string[] {
  const { open, queued, dispatched, by_code: byCode, retried_as: retriedAs } = delivery;
  const steps = [
    queued > 0 ? `${inEnglish(queued)} queued` : "",
    dispatched > 0 ? `${inEnglish(dispatched)} dispatched` : "",
  ];
  const among = steps.filter((step) => step !== "").join(", ");
  const counts = [...endsInWords(delivery), ...(open > 0 ? [`${inEnglish(open)} open${among && ` (${among})`}`] : [])];
  const codes = Object.entries(byCode).filter(([code]) => code !== "0");
  return [
    `  reports: ${counts.length === 0 ? "nothing was heard yet" : counts.join(" + ")}`,
    ...(codes.length > 0 ? [`  ${describeCodes(codes)}: volley deliveries ${id} says who`] : []),
    ...(retriedAs === undefined ? [] : [`  sent once more to whose messages had failed: volley status ${retriedAs}`]),
  ];
}

/** What the messages of several sends came to together. */
export function sumOfEnds(deliveries: readonly Delivery[]): { readonly ends: Ends; readonly total: number } {
  const ends = Object.fromEntries(
    ENDS.map((end) => [end, deliveries.reduce((sum, delivery) => sum + delivery[end], 0)] as const),
  ) as Ends;
  return { ends, total: ENDS.reduce((sum, end) => sum + ends[end], 0) };
}

type Ends = Readonly<Record<(typeof ENDS)[number], number>>;

/** Those that there are. */
export function endsInWords(delivery: Ends): string[] {
  return ENDS.filter((end) => delivery[end] > 0).map((end) => `${inEnglish(delivery[end])} ${end}`);
}

/** The most frequent ones. */
const MOST_CODES = 5;

function describeCodes(codes: readonly (readonly [string, number])[]): string {
  const frequent = codes.toSorted(([, one], [, other]) => other - one).slice(0, MOST_CODES);
  const said = frequent.map(([code, count]) => `${inWords(code)} (${inEnglish(count)})`).join(", ");
  const more = codes.length - frequent.length;
  return `codes ${said}${more > 0 ? ` and ${more} more` : ""}`;
}

function inWords(code: string): string {
  const words = DELIVERY_CODES.get(code);
  return words === undefined ? code : `${code} ${words}`;
}
