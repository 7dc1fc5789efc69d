import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@volley/local-redis";
import { type Certificate, makeCertificates } from "../certificates.ts";
import type { Fault } from "../fault.ts";
import type { Rig } from "../set-up-rig.ts";

/** The way to Redis is shut, or not all of it is allowed. */
export const REDIS_ACCESS: readonly Fault[] = [
  {
    name: "redis-password",
    title: "Redis' password changed, its file 20 s later",
    prepare: async (rig) => {
      await rig.redis.config("SET", "requirepass", "first");
      return { REDIS_URL_FILE: await writeUrl(rig, "first"), REDIS_URL: "" };
    },
    begin: async ({ redis }) => {
      await redis.config("SET", "requirepass", "second");
      await disconnectOthers({ redis });
    },
    mend: async (rig) => writeUrl(rig, "second"),
    tells: { name: "volley_redis_errors_total", label: 'kind="login_refused"' },
    livez: 200,
    readyz: 503,
  },
  {
    name: "redis-certificate",
    title: "Redis' certificate wrong",
    prepare: async (rig) => {
      const { authority, good } = await makeCertificates(rig.folder);
      const port = await freePort();
      await secure(rig, good);
      await rig.redis.call("CONFIG", "SET", "tls-auth-clients", "no", "tls-port", String(port));
      return { REDIS_URL: `rediss://127.0.0.1:${port}`, VOLLEY_CA_FILE: authority };
    },
    begin: async (rig) => {
      await secure(rig, certificateOf(rig, "forged"));
      await disconnectOthers(rig);
    },
    mend: async (rig) => secure(rig, certificateOf(rig, "good")),
    tells: { name: "volley_redis_errors_total", label: 'kind="wrong_certificate"' },
    livez: 200,
    readyz: 503,
  },
  {
    name: "redis-acl",
    title: "Redis' ACL without `INFO`, for workers that run and one that starts",
    prepare: async (rig) => {
      await rig.redis.call("ACL", "SETUSER", "volley", "on", ">secret", "~*", "&*", "+@all");
      return { REDIS_URL: withoutInfo(rig) };
    },
    begin: async (rig) => {
      await rig.redis.call("ACL", "SETUSER", "volley", "-info");
      await rig.stopWorker(0);
      await rig.startWorker(0, { REDIS_URL: withoutInfo(rig) });
    },
    mend: async ({ redis }) => redis.call("ACL", "SETUSER", "volley", "+info"),
    tells: { name: "volley_recipients_accepted_total" },
    livez: 200,
    readyz: 200,
  },
];

function withoutInfo({ local }: Rig): string {
  return local.url.replace("redis://", "redis://volley:secret@");
}

async function writeUrl({ folder, local }: Rig, password: string): Promise<string> {
  const file = join(folder, "redis-url");
  await writeFile(file, local.url.replace("redis://", `redis://default:${password}@`));
  return file;
}

function certificateOf({ folder }: Rig, name: string): Certificate {
  return { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
}

async function secure({ redis, folder }: Rig, { cert, key }: Certificate): Promise<void> {
  const authority = join(folder, "ca.crt");
  await redis.call("CONFIG", "SET", "tls-cert-file", cert, "tls-key-file", key, "tls-ca-cert-file", authority);
}

async function disconnectOthers({ redis }: Pick<Rig, "redis">): Promise<void> {
  await redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
}
