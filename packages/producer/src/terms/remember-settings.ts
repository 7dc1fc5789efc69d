/** How long idempotency keys are remembered, and how many. */
export type RememberSettings = {
  /** In milliseconds, from when the send is due. */
  readonly rememberMs: number;
  /** About how many in each region. */
  readonly rememberKeys: number;
};

/** How the keys of one send are remembered. */
export type Remembered = Pick<RememberSettings, "rememberKeys"> & {
  /** In milliseconds from now on, at least. */
  readonly rememberForMs: number;
};

/** How the keys of a send are remembered that is handed over after so many milliseconds. */
export function rememberedFor({ rememberMs, rememberKeys }: RememberSettings, delayMs: number): Remembered {
  return { rememberForMs: delayMs + rememberMs, rememberKeys };
}
