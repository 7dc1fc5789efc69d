import type { Cluster, Redis } from "ioredis";

/** A process of Volley, or a service with a producer. */
export type Role = "worker" | "webhooks" | "api" | "exporter" | "service";

/** A Redis that was started, in its topology. */
export type Ground = {
  /** Which program and version, in one sentence. */
  readonly how: string;
  /** By which a process finds its Redis and is let in. */
  readonly environmentOf: (role: Exclude<Role, "service">) => Readonly<Record<string, string>>;
  /** As a service connects. */
  readonly connect: () => Redis | Cluster;
  /** Does to Redis what the topology has to bear. */
  readonly strike: () => Promise<void>;
  /** Undoes what does not heal by itself, as whoever runs Redis does. */
  readonly heal: () => Promise<void>;
  /** What was refused to the users of Redis; none where all of them may do everything. */
  readonly denied?: () => Promise<string[]>;
  readonly close: () => Promise<void>;
};

/** A way to run Redis, with what happens to it. */
export type Topology = {
  /** For `--only`. */
  readonly name: string;
  /** For the table. */
  readonly title: string;
  readonly fault: string;
  readonly start: () => Promise<Ground>;
};
