import type { IncomingMessage } from "node:http";

/** A callback is some hundred bytes; the report on a batch with names 20 kB. */
const MOST_BYTES = 1024 * 1024;

/** A body that is too large is read so far, and forgotten: a connection that is cut while it is written hears no answer. */
const MOST_READ = 64 * 1024 * 1024;

/** What the framework answers with 413. */
class TooLargeError extends Error {
  override readonly name = "TooLargeError";
  readonly statusCode = 413;
}

/**
 * Reads the bytes of a callback as they are.
 *
 * @param done - is called once: with the bytes, or with an error that has a `statusCode`
 */
export function readBody(payload: IncomingMessage, done: (error: Error | null, body?: Buffer) => void): void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  const finish = (error: Error | null): void => {
    payload.off("data", take).off("end", end).off("error", fail);
    done(error, error === null ? Buffer.concat(chunks) : undefined);
  };
  const take = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
    else chunks = [];
    if (bytes > MOST_READ) finish(new TooLargeError("the body is too large"));
  };
  const end = (): void => finish(bytes > MOST_BYTES ? new TooLargeError("the body is too large") : null);
  const fail = (error: Error): void => finish(Object.assign(error, { statusCode: 400 }));
  if (Number(payload.headers["content-length"] ?? 0) > MOST_READ) finish(new TooLargeError("the body is too large"));
  else payload.on("data", take).on("end", end).on("error", fail);
}
