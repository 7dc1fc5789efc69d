/** How a time of the day is written where a person is, and at Greenwich: 24 hours. */
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/**
 * A time as a person reads it: `09:00 UTC (10:00 here)`, with the day where that is another one than today's.
 *
 * @param time - ISO-8601
 * @param timeZone - the person's. @default that of this machine
 */
export function timeInWords(time: string, now: Date, timeZone?: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const there = write(at, now, "UTC");
  const here = write(at, now, timeZone);
  return there === here ? `${there} UTC` : `${there} UTC (${here} here)`;
}

function write(at: Date, now: Date, timeZone: string | undefined): string {
  const clock = at.toLocaleTimeString("en-GB", { ...CLOCK, timeZone });
  // Swedish dates are ISO-8601's.
  const [day, today] = [at, now].map((date) => date.toLocaleDateString("sv-SE", { timeZone }));
  return day === today ? clock : `${day} ${clock}`;
}
