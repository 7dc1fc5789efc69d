import { ulid } from "ulid";
import { JsonPoster } from "./post-json.ts";
import { signCallback } from "./sign-callback.ts";

/** Sinch: the first wait, doubled after every try that failed. */
const FIRST_WAIT_MS = 5_000;

/** Sinch: the waits go on to 81,920 seconds, 5 times 2 to the 14th. */
const MAX_RETRIES = 15;

/** How many callbacks are on their way at once, at most. 429 halves it, a success gives one back. */
const MAX_IN_FLIGHT = 64;

const KEPT_ATTEMPTS = 1_000;
const LONGEST_TIMER_MS = 2_147_483_647;

/** What became of the callbacks since the start or the last reset. */
export interface CallbackTotals {
  /** Requests that were made, the tries again included. */
  readonly attempts: number;
  /** Answered with 2xx. */
  readonly delivered: number;
  /** Answered with a 4xx other than 429 (or with 3xx): never sent again. */
  readonly dropped: number;
  /** Failed 16 times. */
  readonly given_up: number;
  /** Of those that were delivered: before the answer to the request of their batch. */
  readonly early: number;
  /** Waiting for their first or their next try, or for an answer. */
  readonly pending: number;
}

/** One try of a callback. */
export interface CallbackAttempt {
  readonly at: number;
  readonly url: string;
  readonly type: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** Null: no answer. */
  readonly status: number | null;
}

interface Callback {
  readonly plan: string;
  readonly url: string;
  readonly type: string;
  readonly body: string;
  readonly delivered?: () => void;
  attempts: number;
}

/** Which of the callbacks that are due goes next: the one that was due first, or any. */
export type CallbackOrder = "due" | "random";

/** How callbacks are sent. */
export interface CallbackSenderOptions {
  /** Milliseconds since 1970, for signatures. */
  readonly now: () => number;
  /** The waits between tries are divided by it. */
  readonly speed: number;
  /** Of a plan. Undefined: its callbacks carry no signature. */
  readonly secret: (plan: string) => string | undefined;
  readonly order: CallbackOrder;
}

/**
 * Sends callbacks as Sinch does: 5xx, 429 and no answer are tried again after 5, 10, 20 … 81,920 seconds, any other
 * refusal is final. Every try is signed anew (whether Sinch does that is not published).
 */
export class CallbackSender {
  readonly #options: CallbackSenderOptions;
  #poster = new JsonPoster();
  #queue: Callback[] = [];
  /** Where the queue begins; taking the first of a million away would move all others. */
  #head = 0;
  #timers = new Set<NodeJS.Timeout>();
  #attempts: CallbackAttempt[] = [];
  #totals = { attempts: 0, delivered: 0, early: 0, dropped: 0, given_up: 0, pending: 0 };
  #inFlight = 0;
  #allowed = MAX_IN_FLIGHT;
  #epoch = 0;

  constructor(options: CallbackSenderOptions) {
    this.#options = options;
  }

  /**
   * Sends a payload, and again if need be; nobody waits for it.
   *
   * @param delivered - called when it was answered with 2xx
   */
  send(plan: string, url: string, payload: Readonly<Record<string, unknown>>, delivered = () => {}): void {
    this.#totals.pending += 1;
    this.#enqueue({ plan, url, type: String(payload["type"]), body: JSON.stringify(payload), delivered, attempts: 0 });
  }

  /** Does not wait for its turn. Resolves when the first try is over. */
  async sendAtOnce(plan: string, url: string, payload: Readonly<Record<string, unknown>>): Promise<void> {
    const callback = { plan, url, type: String(payload["type"]), body: JSON.stringify(payload), attempts: 0 };
    this.#totals.pending += 1;
    this.#inFlight += 1;
    if (await this.#try(callback)) this.#totals.early += 1;
  }

  totals(): CallbackTotals {
    return { ...this.#totals };
  }

  /** The last 1,000 tries, oldest first. */
  attempts(): readonly CallbackAttempt[] {
    return this.#attempts;
  }

  /** Forgets everything that is waiting or on its way. */
  clear(): void {
    this.#epoch += 1;
    this.#poster.close();
    this.#poster = new JsonPoster();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#queue = [];
    this.#head = 0;
    this.#attempts = [];
    this.#totals = { attempts: 0, delivered: 0, early: 0, dropped: 0, given_up: 0, pending: 0 };
    this.#inFlight = 0;
    this.#allowed = MAX_IN_FLIGHT;
  }

  #enqueue(callback: Callback): void {
    this.#queue.push(callback);
    this.#pump();
  }

  #pump(): void {
    let callback = this.#next();
    while (callback !== undefined && this.#inFlight < this.#allowed) {
      this.#head += 1;
      this.#inFlight += 1;
      void this.#try(callback);
      callback = this.#next();
    }
    if (this.#head * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }

  /** Looks at it and leaves it where it is. */
  #next(): Callback | undefined {
    const first = this.#queue[this.#head];
    if (first === undefined || this.#options.order === "due") return first;
    const place = this.#head + Math.floor(Math.random() * (this.#queue.length - this.#head));
    const picked = this.#queue[place] ?? first;
    this.#queue[place] = first;
    this.#queue[this.#head] = picked;
    return picked;
  }

  /** @returns whether it was delivered */
  async #try(callback: Callback): Promise<boolean> {
    const epoch = this.#epoch;
    const at = this.#options.now();
    callback.attempts += 1;
    const status = await this.#post(callback, at);
    if (epoch !== this.#epoch) return false;
    this.#inFlight -= 1;
    this.#totals.attempts += 1;
    this.#attempts.push({ at, url: callback.url, type: callback.type, attempt: callback.attempts, status });
    if (this.#attempts.length > KEPT_ATTEMPTS) this.#attempts.shift();
    this.#settle(callback, status);
    this.#pump();
    return status !== null && status >= 200 && status < 300;
  }

  /** Null: no answer. Nobody waits for a callback, so nothing may reject here: it would end the process. */
  async #post({ plan, url, body }: Callback, at: number): Promise<number | null> {
    try {
      const secret = this.#options.secret(plan);
      if (secret === undefined) return await this.#poster.post(url, body, {});
      const seed = { nonce: ulid(Math.floor(at)), timestamp: Math.floor(at / 1_000) };
      return await this.#poster.post(url, body, signCallback(body, secret, seed));
    } catch {
      return null;
    }
  }

  #settle(callback: Callback, status: number | null): void {
    const isTriedAgain = status === null || status === 429 || status >= 500;
    if (status === 429) this.#allowed = Math.max(1, Math.floor(this.#allowed / 2));
    if (isTriedAgain && callback.attempts <= MAX_RETRIES) {
      this.#tryLater(callback);
      return;
    }
    this.#totals.pending -= 1;
    if (isTriedAgain) this.#totals.given_up += 1;
    else if (status < 300) {
      this.#allowed = Math.min(this.#allowed + 1, MAX_IN_FLIGHT);
      this.#totals.delivered += 1;
      callback.delivered?.();
    } else this.#totals.dropped += 1;
  }

  #tryLater(callback: Callback): void {
    const waitMs = (FIRST_WAIT_MS * 2 ** (callback.attempts - 1)) / this.#options.speed;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#enqueue(callback);
      },
      Math.min(waitMs, LONGEST_TIMER_MS),
    );
    this.#timers.add(timer);
  }
}
