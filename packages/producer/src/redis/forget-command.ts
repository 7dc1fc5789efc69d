/** Where ioredis keeps what it sent: on an error, or on others that it gathered. */
const SENT = ["command", "previousErrors", "lastNodeError"];

/** What Redis repeats of a command that it does not know. */
const REPEATED = /,? with args beginning with:.*/s;

/**
 * Takes from an error, and from its causes, what was sent when it came about. ioredis puts every command with its arguments
 * on the answer to it, and those of an add are the whole job: its recipients and its text would stand wherever somebody
 * logs the error.
 */
export function forgetCommand(error: unknown): void {
  const seen = new Set<unknown>();
  for (
    let each = error;
    typeof each === "object" && each !== null && !seen.has(each);
    each = Reflect.get(each, "cause")
  ) {
    seen.add(each);
    for (const name of SENT) Reflect.deleteProperty(each, name);
    for (const name of ["message", "stack"]) {
      const text: unknown = Reflect.get(each, name);
      if (typeof text === "string" && REPEATED.test(text)) Reflect.set(each, name, text.replace(REPEATED, ""));
    }
  }
}
