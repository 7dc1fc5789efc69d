/** What a child can be asked for. */
export type Handlers = Readonly<Record<string, (input: never) => Promise<unknown>>>;

type Request = { readonly id: number; readonly what: string; readonly input: never };

/** Does what the bench asks over the channel that it opened, and ends with it. */
export function serve(handlers: Handlers): void {
  process.on("message", (request: Request) => void answer(handlers, request));
  process.on("disconnect", () => process.exit());
}

async function answer(handlers: Handlers, { id, what, input }: Request): Promise<void> {
  try {
    const handler = handlers[what];
    if (handler === undefined) throw new Error(`nobody here does ${what}`);
    process.send?.({ id, value: await handler(input) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
