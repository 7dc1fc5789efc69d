/** Thrown when no Redis could be had (`no_redis`), or something was asked of a Redis that is not ours to end (`not_ours`). */
export class LocalRedisError extends Error {
  override readonly name = "LocalRedisError";
  readonly code: "no_redis" | "not_ours";

  constructor(code: "no_redis" | "not_ours", message: string) {
    super(message);
    this.code = code;
  }
}
