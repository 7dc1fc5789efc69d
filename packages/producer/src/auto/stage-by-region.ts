import type { Parameters } from "@volley/contract";
import { type Chunks, createChunks } from "../recipients/chunks.ts";
import type { RoutedContext } from "../enqueue/enqueue-terms.ts";
import type { RedisBudget } from "../redis/redis-budget.ts";
import type { RouteTable } from "./route-table.ts";
import { createStage, type Stage } from "../staging/stage.ts";
import { createStagingOnce, type StagingOnce } from "../staging/stage-each-once.ts";

/** Recipients of one region, in Redis. */
export type RegionStage = { readonly region: string; readonly stage: Stage; readonly recipients: number };

/** Stages every recipient once, each in the stage of its region. */
export type RoutedStaging = StagingOnce &
  RedisBudget & {
    /** What is staged, by the names of the regions. */
    readonly regions: () => readonly RegionStage[];
    /** Removes every stage that no send has. */
    readonly discard: () => Promise<void>;
  };

type Region = Pick<RegionStage, "region" | "stage"> & {
  readonly once: StagingOnce;
  readonly chunks: Chunks;
};

/** How often within its life a stage is told to live on: a region may have nobody for a long while. */
const REFRESHES_PER_LIFE = 4;

/**
 * Creates it. One stage per region makes each an ordinary send; a number always has the same route, so that nobody who is
 * in a region's stage once is in another one.
 *
 * @param listed - values that the send has for single recipients
 */
export function createRoutedStaging(context: RoutedContext, routeOf: RouteTable, listed: Parameters): RoutedStaging {
  const regions = new Map<string, Region>();
  const all = (): Region[] => [...regions.values()];
  const regionOf = (recipient: string): Region | null => {
    const name = routeOf(recipient);
    if (name === null) return null;
    const region = regions.get(name) ?? openRegion(context, name, listed);
    regions.set(name, region);
    return region;
  };
  const refresh = createRefresh(context, all);
  return {
    add: ({ recipients, values, places }) => {
      for (const [index, recipient] of recipients.entries()) {
        regionOf(recipient)?.chunks.add(recipient, values?.[index] ?? null, places[index] ?? 0);
      }
    },
    room: async () => {
      for (const { once } of all()) await once.room();
      await refresh();
    },
    end: async () => {
      for (const { chunks, once } of all()) {
        chunks.end();
        await once.end();
      }
    },
    close: () => {
      for (const { once } of all()) once.close();
    },
    counts: () => {
      const counts = all().map(({ once }) => once.counts());
      return {
        staged: counts.reduce((sum, { staged }) => sum + staged, 0),
        duplicate: counts.reduce((sum, { duplicate }) => sum + duplicate, 0),
      };
    },
    regions: () => {
      const sorted = all().toSorted((a, b) => (a.region < b.region ? -1 : 1));
      return sorted.map(({ region, stage, once }) => ({ region, stage, recipients: once.counts().staged }));
    },
    ensure: async (isStaged) => {
      const budgets = new Set([context, ...all().map(({ region }) => context.of(region))].map(({ budget }) => budget));
      for (const budget of budgets) await budget.ensure(isStaged);
    },
    discard: async () => void (await Promise.all(all().map(async ({ stage }) => stage.discard()))),
  };
}

function openRegion(context: RoutedContext, region: string, listed: Parameters): Region {
  const stage = createStage(context.of(region), context.stageTtlMs);
  const once = createStagingOnce(stage, listed, context.filters, { size: null });
  return { region, stage, once, chunks: createChunks(once.add) };
}

/** A piece prolongs the life of its own stage alone; the others must not expire while the source still yields. */
function createRefresh({ of, stageTtlMs, now }: RoutedContext, regions: () => readonly Region[]): () => Promise<void> {
  let refreshedAt = now().getTime();
  return async () => {
    if (now().getTime() - refreshedAt < stageTtlMs / REFRESHES_PER_LIFE) return;
    refreshedAt = now().getTime();
    await Promise.all(
      regions().map(async ({ region, stage }) => {
        const { link } = of(region);
        await link.run(async () => link.connection.pexpire(stage.key, stageTtlMs));
      }),
    );
  };
}
