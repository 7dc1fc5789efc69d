/**
 * Refuses a send for what speaks against a new one by now, unless it is on its queue already: a call that comes again is
 * answered as the first one was, however late it comes and however full Redis is.
 */
export async function unlessKnown(
  requireNew: () => Promise<void> | void,
  isKnown: () => Promise<boolean>,
): Promise<void> {
  try {
    await requireNew();
  } catch (refusal) {
    if (!(await isKnown())) throw refusal;
  }
}
