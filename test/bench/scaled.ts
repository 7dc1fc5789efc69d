/** From here on amounts are whole thousands, so that every batch is full. */
const THOUSAND = 1_000;

/** Multiplies amounts of work. @returns a function of an amount and the smallest that still means something */
export function scaledWith(scale: number): (amount: number, smallest?: number) => number {
  return (amount, smallest = 1) => {
    const wanted = Math.max(amount * scale, smallest);
    return wanted >= THOUSAND ? Math.round(wanted / THOUSAND) * THOUSAND : Math.round(wanted);
  };
}
