/** One HTTP request, ready to be written. */
export type TransportRequest = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** No byte of it is written after this time; the failure's code is `too_late`. */
  readonly notAfter?: Date;
  /** Deadline of this request in milliseconds, where it has less time than the transport gives. */
  readonly timeoutMs?: number;
  /** A member of the answer's JSON, at whatever depth, that may be left out where the answer is too long with it. */
  readonly spare?: string;
};

/** What came back, whatever the status. */
export type TransportAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** No answer came. `wasWritten` says whether a byte of the request may have left this machine. */
export type TransportFailure = {
  readonly status: null;
  /**
   * Stable: `unknown_host`, `dns_failed`, `wrong_certificate`, `connect_failed`, `timeout`, `connection_lost`, `aborted`,
   * `too_late`, `answer_too_large`.
   */
  readonly code: string;
  /** The host, with its port where that is not the usual one, that it was about: the address's own or its proxy's. */
  readonly host?: string | undefined;
  /** The system's own code for it, where it has one. */
  readonly systemCode?: string | undefined;
  /** Without credentials, recipients or text. */
  readonly text: string;
  readonly wasWritten: boolean;
};

/**
 * Carries one request within its deadline. It never throws: an HTTP library's error holds the request's headers and
 * body, and would carry the token and the recipients into a log.
 */
export type Transport = (
  request: TransportRequest,
  signal?: AbortSignal,
) => Promise<TransportAnswer | TransportFailure>;
