import { readFile } from "node:fs/promises";
import { Redis } from "ioredis";
import type { Role } from "../topology.ts";

/** What each kind of process may do, as the words of `ACL SETUSER`. */
export type Rights = Readonly<Record<Role, string>>;

const PAGE = new URL("../../../docs/security.md", import.meta.url);

const PASSWORD = "secret";

const ROLES: readonly Role[] = ["worker", "webhooks", "api", "exporter", "service"];

/** Reads them from the table in docs/security.md, so that what stands there is what is tried. */
export async function readRights(): Promise<Rights> {
  const page = await readFile(PAGE, "utf8");
  const rightsOf = (role: Role): string => {
    const row = new RegExp(`^\\| ${role} +\\| \`([^\`]+)\``, "m").exec(page);
    if (row?.[1] === undefined) throw new Error(`docs/security.md: expected a row of rights for ${role}`);
    return row[1].replaceAll("\\|", "|");
  };
  return Object.fromEntries(ROLES.map((role) => [role, rightsOf(role)])) as Rights;
}

/** Makes a user of each kind on one Redis. @param added - what the topology needs beside it, as docs/security.md says */
export async function giveRights(url: string, rights: Rights, added: readonly string[] = []): Promise<void> {
  await asking(url, async (redis) => {
    for (const [role, words] of Object.entries(rights)) {
      await redis.call("ACL", "SETUSER", role, "on", `>${PASSWORD}`, ...words.split(" "), ...added);
    }
  });
}

/** As one of these users. */
export function loginOf(role: Role): { readonly username: string; readonly password: string } {
  return { username: role, password: PASSWORD };
}

/** A URL for one of these users. */
export function urlOf(role: Role, url: string): string {
  return url.replaceAll("://", `://${role}:${PASSWORD}@`);
}

/** What was refused to a user since that Redis was started, each once: who, and what; none while it is away. */
export async function denialsOf(url: string): Promise<string[]> {
  const entries = await asking(url, async (redis) => (await redis.call("ACL", "LOG", "100")) as unknown[][]);
  const denials = entries.map((one) => `${field(one, "username")}: ${field(one, "reason")} ${field(one, "object")}`);
  return [...new Set(denials)].filter((text) => !text.startsWith("default:"));
}

function field(entry: readonly unknown[], name: string): string {
  return String(entry[entry.indexOf(name) + 1]);
}

/** Asks one Redis by a connection of its own. */
export async function asking<T>(url: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null });
  redis.on("error", () => {});
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}
