/** When the first of a send may be handed to the provider: a lead time before `send_at`. */
export function handOverFrom(sendAt: Date | null, leadMs: number, now: Date): Date {
  return new Date(Math.max(now.getTime(), (sendAt?.getTime() ?? 0) - leadMs));
}
