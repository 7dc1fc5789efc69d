/** A send that the service asked for, and that Redis has said it has. */
export type Asked = {
  /** Of the ask; of coalesced messages, the send that they travel in. */
  readonly key: string;
  readonly region: string;
  /** The ID of its job. */
  readonly id: string;
  /** How often it was put on the queue. */
  readonly times: number;
  /** When Redis said for the last time that it has it, milliseconds since 1970. */
  readonly confirmedAt: number;
  /** Valid and distinct. */
  readonly numbers: readonly string[];
  readonly duplicates: number;
  readonly invalid: number;
  /** Whether everybody's text has the name that is theirs. */
  readonly hasNames: boolean;
};

/** A crash of Redis. */
export type RedisCrash = {
  /** When it was killed, milliseconds since 1970. */
  readonly killedAt: number;
  /** Whether something that it had written is gone. */
  readonly isForgetful: boolean;
};
