/** A promise that somebody else resolves. */
export type Deferred<T> = { promise: Promise<T>; resolve(this: void, value: T): void };

/** `Promise.withResolvers`, which came with Node 22, without the rejection. */
export function deferred<T>(): Deferred<T> {
  const settle: ((value: T) => void)[] = [];
  const promise = new Promise<T>((resolve) => settle.push(resolve));
  return { promise, resolve: (value) => settle.forEach((resolve) => resolve(value)) };
}
