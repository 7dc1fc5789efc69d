import type { TokenStore } from "./token-store.ts";

/** A project's access key. */
export interface AccessKey {
  readonly keyId: string;
  readonly keySecret: string;
}

/** Who may call. With neither plans nor projects, everybody may. */
export interface CredentialOptions {
  /** Service plan ID to API token. */
  readonly plans: Readonly<Record<string, string>> | undefined;
  /** Project ID to access key. */
  readonly projects: Readonly<Record<string, AccessKey>> | undefined;
}

/** Whether a request may be answered; `expired` is a token that was good once. */
export type Admission = "granted" | "refused" | "expired";

const BEARER = /^Bearer +(\S+) *$/i;
const BASIC = /^Basic +(\S+) *$/i;

/** Knows plans with their API tokens, projects with their keys, and who may call with what. */
export class Credentials {
  readonly #plans: ReadonlyMap<string, string> | undefined;
  readonly #projects: ReadonlyMap<string, AccessKey> | undefined;
  readonly #tokens: TokenStore;
  readonly #isOpen: boolean;

  constructor({ plans, projects }: CredentialOptions, tokens: TokenStore) {
    this.#plans = plans === undefined ? undefined : new Map(Object.entries(plans));
    this.#projects = projects === undefined ? undefined : new Map(Object.entries(projects));
    this.#tokens = tokens;
    this.#isOpen = plans === undefined && projects === undefined;
  }

  /** The plans and projects that exist; undefined when any does. */
  names(): readonly string[] | undefined {
    if (this.#isOpen) return undefined;
    return [...(this.#plans?.keys() ?? []), ...(this.#projects?.keys() ?? [])];
  }

  /** Whether a plan exists that this path segment could name. */
  isProject(plan: string): boolean {
    return this.#projects?.has(plan) ?? false;
  }

  /**
   * Whether the header opens the plan, or the project in its place. Plans are isolated: another plan's token does not
   * count, nor does the token of another project.
   */
  admit(plan: string, authorization: string | undefined, nowMs: number): Admission {
    const token = BEARER.exec(authorization ?? "")?.[1];
    if (token === undefined) return "refused";
    if (this.#plans?.get(plan) === token) return "granted";
    const grant = this.#tokens.find(token);
    if (grant === undefined) return this.#isOpen ? "granted" : "refused";
    const key = this.#projects?.get(plan);
    if (!this.#isOpen && key?.keyId !== grant.keyId) return "refused";
    return grant.expiresAtMs <= nowMs ? "expired" : "granted";
  }

  /** The key ID that a Basic header proves, or undefined. When anybody may call, any key will do. */
  keyOf(authorization: string | undefined): string | undefined {
    const encoded = BASIC.exec(authorization ?? "")?.[1];
    if (encoded === undefined) return undefined;
    const [keyId = "", ...secret] = Buffer.from(encoded, "base64").toString("utf8").split(":");
    const keySecret = secret.join(":");
    if (this.#isOpen) return keyId === "" ? undefined : keyId;
    const known = [...(this.#projects?.values() ?? [])];
    return known.some((key) => key.keyId === keyId && key.keySecret === keySecret) ? keyId : undefined;
  }
}
