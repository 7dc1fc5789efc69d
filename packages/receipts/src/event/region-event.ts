import { eventId } from "./event.ts";

/** The IDs of the events by which a suspension of a region begins and ends. */
export function suspensionIds(region: string, since: Date): { readonly suspended: string; readonly recovered: string } {
  const what = [region, since.toISOString()] as const;
  return { suspended: eventId("region.suspended", ...what), recovered: eventId("region.recovered", ...what) };
}
