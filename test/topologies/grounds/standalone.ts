import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type LocalRedis, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { type Certificates, makeCertificates } from "../../faults/certificates.ts";
import type { Ground } from "../topology.ts";
import { asking, denialsOf, giveRights, type Rights, readRights, urlOf } from "./rights.ts";

const AGAIN_MS = 100;

/** One Redis alone, which is killed and started again. */
export async function startAloneGround(server: "redis-server" | "valkey-server"): Promise<Ground> {
  const redis = await startRedis({ prefer: "server", persistence: true, server });
  return {
    ...struck(redis, async () => {}),
    environmentOf: () => ({ REDIS_URL: redis.url }),
    connect: () => new Redis(redis.url, { maxRetriesPerRequest: null, retryStrategy: () => AGAIN_MS }),
    close: async () => redis.stop(),
  };
}

/** The same with TLS, and a user of least rights for each kind of process, as docs/security.md says. */
export async function startSecuredGround(): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), "volley-topologies-"));
  const certificates = await makeCertificates(folder);
  const redis = await startRedis({ prefer: "server", persistence: true });
  const rights = await readRights();
  const port = await freePort();
  const denied: string[] = [];
  const secure = async (): Promise<void> => setUp(redis, { port, certificates, rights });
  await secure();
  const url = `rediss://127.0.0.1:${port}`;
  return {
    ...struck(redis, secure),
    environmentOf: (role) => ({ REDIS_URL: urlOf(role, url), VOLLEY_CA_FILE: certificates.authority }),
    connect: () => {
      const tls = { rejectUnauthorized: false };
      return new Redis(urlOf("service", url), { tls, maxRetriesPerRequest: null, retryStrategy: () => AGAIN_MS });
    },
    strike: async () => {
      denied.push(...(await denialsOf(redis.url)));
      await redis.kill();
    },
    // Redis forgets them with its process.
    denied: async () => [...denied, ...(await denialsOf(redis.url))],
    close: async () => {
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function struck(redis: LocalRedis, afterwards: () => Promise<void>): Pick<Ground, "how" | "strike" | "heal"> {
  return {
    how: redis.how.split(" from ")[0] ?? "",
    strike: async () => redis.kill(),
    heal: async () => {
      await redis.restart();
      await afterwards();
    },
  };
}

type Secured = { readonly port: number; readonly certificates: Certificates; readonly rights: Rights };

/** Users and certificates are given by hand: there is no file of settings that would survive a restart. */
async function setUp({ url }: LocalRedis, { port, certificates, rights }: Secured): Promise<void> {
  const { authority, good } = certificates;
  const files = ["tls-cert-file", good.cert, "tls-key-file", good.key, "tls-ca-cert-file", authority];
  await giveRights(url, rights);
  await asking(url, async (redis) =>
    redis.call("CONFIG", "SET", ...files, "tls-auth-clients", "no", "tls-port", String(port)),
  );
}
