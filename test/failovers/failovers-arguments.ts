import { parseArgs } from "node:util";

/** How a Redis is lost, and comes back. */
const HOWS = ["failover", "restart"] as const;

export type How = (typeof HOWS)[number];

/** What the command was asked to do. */
export type FailoversArguments = {
  readonly tries: number;
  readonly hows: readonly How[];
  /** `VOLLEY_OPT_OUT_REPLICAS` */
  readonly replicas: "auto" | "0" | "1";
  /** When a Redis that is started again has brought its append-only file to the disk. */
  readonly fsync: "always" | "everysec";
};

/** What `--help` prints. */
export const USAGE = `pnpm failovers [options]
  --tries N       how often Redis is killed right after an opt-out was acknowledged, each way (default 50)
  --how WAY       failover: a replica takes over by a Sentinel; restart: the same one is started again; both (default both)
  --replicas N    VOLLEY_OPT_OUT_REPLICAS: auto, 0 or 1; with 0 opt-outs are lost (default auto)
  --fsync WHEN    of the Redis that is started again: always or everysec (default always)
`;

/** Reads the command line. @returns `null` when it asks for help @throws TypeError naming what is wrong */
export function readFailoversArguments(args: readonly string[]): FailoversArguments | null {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== "--"),
    options: {
      tries: { type: "string", default: "50" },
      how: { type: "string", default: "both" },
      replicas: { type: "string", default: "auto" },
      fsync: { type: "string", default: "always" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const tries = /^\d{1,5}$/.test(values.tries) ? Number(values.tries) : 0;
  if (tries < 1 || tries > 10_000) throw new TypeError("--tries: expected a whole number from 1 to 10000");
  const how = one("how", values.how, [...HOWS, "both"]);
  return {
    tries,
    hows: how === "both" ? HOWS : [how],
    replicas: one("replicas", values.replicas, ["auto", "0", "1"]),
    fsync: one("fsync", values.fsync, ["always", "everysec"]),
  };
}

function one<const Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new TypeError(`--${name}: expected ${words.join(", ")}, got ${JSON.stringify(text)}`);
  return found;
}
