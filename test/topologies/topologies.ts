import { startClusterGround } from "./grounds/cluster.ts";
import { startAloneGround, startSecuredGround } from "./grounds/standalone.ts";
import { startSentinelGround } from "./grounds/sentinel.ts";
import type { Topology } from "./topology.ts";

/** Every row of the table, in its order. */
export const TOPOLOGIES: readonly Topology[] = [
  {
    name: "standalone",
    title: "one Redis, with TLS and users of least rights",
    fault: "it is killed (`SIGKILL`), and started again",
    start: startSecuredGround,
  },
  {
    name: "sentinel",
    title: "Sentinel, a master with two replicas",
    fault: "the master is killed (`SIGKILL`), a replica takes over",
    start: async () => startSentinelGround("killed"),
  },
  {
    name: "sentinel-frozen",
    title: "Sentinel, a master with two replicas",
    fault: "the master is frozen (`SIGSTOP`), a replica takes over, and it wakes up again",
    start: async () => startSentinelGround("frozen"),
  },
  {
    name: "cluster",
    title: "Cluster of three masters, one with a replica",
    fault: "the master with Volley's keys is killed (`SIGKILL`), its replica is promoted",
    start: startClusterGround,
  },
  {
    name: "valkey",
    title: "one Valkey",
    fault: "it is killed (`SIGKILL`), and started again",
    start: async () => startAloneGround("valkey-server"),
  },
];
