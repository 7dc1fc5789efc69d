import type { Cluster, Redis } from "ioredis";

/** Where accounts are kept. */
export type AccountPlace = { readonly redis: Redis | Cluster; readonly prefix: string };
