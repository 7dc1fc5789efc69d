/** One request to the Sinch API, in the words of the wire. */
export interface RequestRecord {
  /** When it arrived, milliseconds since 1970. */
  readonly at: number;
  readonly plan: string;
  readonly method: string;
  readonly path: string;
  /** What stood after `?`; empty without one. */
  readonly query: string;
  /** Null while it is not answered, and for good when it was dropped or the client left first. */
  readonly status: number | null;
  /** Entries of `to`; 0 for a request without any. */
  readonly recipients: number;
  /** Requests of this plan that were in flight when it arrived, itself included. */
  readonly in_flight: number;
}

/** The sums over all requests. */
export interface RequestTotals {
  readonly requests: number;
  readonly in_flight: number;
  readonly max_in_flight: number;
  readonly max_in_flight_by_plan: Readonly<Record<string, number>>;
  /** Answers by status; `none` counts those that ended without one. */
  readonly by_status: Readonly<Record<string, number>>;
}

/** A request that is being served. */
export interface OpenRequest {
  setRecipients(recipients: number): void;
  /** Says how it ended, right before the answer leaves; only the first call counts. Null: without an answer. */
  end(status: number | null): void;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface PlanFlight {
  current: number;
  max: number;
}

/** What was asked of the emulator: sums for ever, single requests in a ring. */
export class RequestLog {
  readonly #capacity: number;
  #ring: Mutable<RequestRecord>[] = [];
  #requests = 0;
  #byStatus = new Map<string, number>();
  #plans = new Map<string, PlanFlight>();
  #current = 0;
  #max = 0;
  #epoch = 0;

  /** @param capacity - how many of the last requests are kept */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Notes a request that has arrived; it is in flight until `end` is called. */
  open(request: Pick<RequestRecord, "at" | "plan" | "method" | "path" | "query">): OpenRequest {
    const flight = this.#enter(request.plan);
    const record = { ...request, status: null, recipients: 0, in_flight: flight.current };
    this.#keep(record);
    const epoch = this.#epoch;
    let isOpen = true;
    return {
      setRecipients: (recipients) => {
        record.recipients = recipients;
      },
      end: (status) => {
        if (!isOpen) return;
        isOpen = false;
        this.#current -= 1;
        flight.current -= 1;
        if (epoch === this.#epoch) this.#count(record, status);
      },
    };
  }

  /** The last requests, oldest first. */
  list(): RequestRecord[] {
    const start = this.#requests > this.#ring.length ? this.#requests % this.#capacity : 0;
    return [...this.#ring.slice(start), ...this.#ring.slice(0, start)].map((record) => ({ ...record }));
  }

  totals(): RequestTotals {
    const maxByPlan = [...this.#plans].map(([plan, flight]) => [plan, flight.max] as const);
    return {
      requests: this.#requests,
      in_flight: this.#current,
      max_in_flight: this.#max,
      max_in_flight_by_plan: Object.fromEntries(maxByPlan),
      by_status: Object.fromEntries(this.#byStatus),
    };
  }

  /** Forgets everything but the requests that are in flight right now. */
  clear(): void {
    this.#epoch += 1;
    this.#ring = [];
    this.#requests = 0;
    this.#byStatus.clear();
    this.#max = this.#current;
    for (const [plan, flight] of this.#plans) {
      flight.max = flight.current;
      if (flight.current === 0) this.#plans.delete(plan);
    }
  }

  #enter(plan: string): PlanFlight {
    let flight = this.#plans.get(plan);
    if (flight === undefined) {
      flight = { current: 0, max: 0 };
      this.#plans.set(plan, flight);
    }
    flight.current += 1;
    flight.max = Math.max(flight.max, flight.current);
    this.#current += 1;
    this.#max = Math.max(this.#max, this.#current);
    return flight;
  }

  #keep(record: Mutable<RequestRecord>): void {
    this.#ring[this.#requests % this.#capacity] = record;
    this.#requests += 1;
  }

  #count(record: Mutable<RequestRecord>, status: number | null): void {
    record.status = status;
    const name = status === null ? "none" : String(status);
    this.#byStatus.set(name, (this.#byStatus.get(name) ?? 0) + 1);
  }
}
