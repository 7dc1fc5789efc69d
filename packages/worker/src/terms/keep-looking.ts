/**
 * Looks at something again and again, one look at a time. A look may take as long as Redis is away: those that would be due
 * meanwhile are left out, instead of waiting by the thousand to be made all at once when it is back.
 *
 * @param onError - hears of a look that failed; the next one comes as ever
 * @returns ends it
 */
export function keepLooking(
  look: () => Promise<void>,
  intervalMs: number,
  onError: (error: unknown) => void,
): () => void {
  let isLooking = false;
  const lookOnce = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      await look();
    } catch (error) {
      onError(error);
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void lookOnce(), intervalMs);
  return () => clearInterval(timer);
}
