import { isRoutedId, regionOfSendId, sendOf } from "./send-id.ts";
import { withoutNumbers } from "../values/without-numbers.ts";

/** The ends of the jobs by which a producer asks a worker something about a send. */
const REQUEST_ENDING = /\.(?:cancel|resolve)$/;

/** An ID from BullMQ's counter. It refuses whole numbers that others choose, and no counter gets to ten digits. */
const COUNTED = /^\d{1,9}$/;

/**
 * A job's ID as a log may show it. Volley's own IDs and those of BullMQ's counter name nobody. What other clients choose
 * may hold a phone number, `reminder-46701234567`: that is hidden, and the rest stays.
 */
export function shownId(id: string): string {
  const send = sendOf(id.replace(REQUEST_ENDING, ""));
  const isHarmless = regionOfSendId(send) !== null || isRoutedId(send) || COUNTED.test(send);
  return isHarmless ? id : withoutNumbers(id);
}
