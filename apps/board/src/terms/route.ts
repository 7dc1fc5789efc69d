import type { AccountPlace, Role } from "@volley/accounts";
import type { Fleet } from "@volley/fleet";
import type { Producer } from "@volley/producer";
import type { Logger, RedisClient } from "@volley/runtime";
import type { Page } from "../html/shell.ts";
import type { HiddenIds } from "../mask/hidden-ids.ts";

/** Who may use a route: everybody, whoever is signed in, or operators alone. */
export type Allowed = "open" | Role;

/** Who is there. `by` says how that is known. */
export type Who = { readonly name: string; readonly role: Role; readonly by: "session" | "basic" | "proxy" };

/** What pages and actions work with. */
export type Doors = {
  readonly producer: Producer;
  /** The Redis that a region has, which may be one of its own. */
  readonly redisOf: (region: string) => RedisClient;
  readonly prefix: string;
  readonly fleet: Fleet;
  readonly accounts: AccountPlace;
  readonly regions: readonly string[];
  readonly hidden: HiddenIds;
  readonly log: Logger;
  /** `VOLLEY_BOARD_SEGMENT_PRICE`: what one segment costs, for previews; left out where nobody has said it. */
  readonly segmentPrice?: number;
};

/** A request of somebody who may make it. */
export type Call = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** What was typed; empty where the method is GET. */
  readonly form: URLSearchParams;
  readonly who: Who;
};

/** A page, or where to go in place of one. */
export type Answer = { readonly page: Page; readonly status?: number } | { readonly to: string };

/** What is written down of a route, in one place: the server, the roles, the docs and the tests are made from it. */
export type Route = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly allowed: Role;
  /** For the table in the docs. */
  readonly what: string;
  /** Whether its parts with `data-live` are streamed while somebody looks. */
  readonly isLive?: boolean;
  readonly handle: (call: Call, doors: Doors) => Promise<Answer>;
};

/** Ends a request with a page that says why. The sentence holds no value that was given. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}
