/** What is wrong with a list as a whole, so that nothing of it is sent. It never repeats what stands in a line. */
export class ListError extends Error {
  override readonly name = "ListError";
  readonly code = "VOLLEY_INVALID_LIST";
  /** Where it is known; the heading is 1. */
  readonly line: number | undefined;

  constructor(message: string, { line, ...options }: ErrorOptions & { readonly line?: number | undefined } = {}) {
    super(message, options);
    this.line = line;
  }
}
