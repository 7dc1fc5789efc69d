import type { ChaosPlan, ChaosPlanOptions, Strike, StrikeKind } from "./chaos-plan.ts";
import { STRIKE_KINDS } from "./chaos-plan.ts";
import { planAnswers } from "./plan-answers.ts";
import { planAsks } from "./plan-asks.ts";
import { planStrike } from "./plan-strike.ts";
import { seededRandom, type SeededRandom } from "./seeded-random.ts";

/**
 * How far apart Redis is killed when that is asked for. After each of them everything is held for three seconds, so that
 * more often would mean that nothing is sent at all before the end.
 */
const REDIS_KILLS_EVERY_MS = { shortest: 4_000, longest: 8_000 } as const;

/** Strikes begin when there is something to strike, in shares of the run. */
const FIRST_STRIKE = 0.03;

/** Decides everything that a run does. The same options give the same plan. */
export function planChaos(options: ChaosPlanOptions): ChaosPlan {
  const random = seededRandom(options.seed);
  const asks = planAsks(options, random);
  const strikes = options.redisKills
    ? [...planStrikes(withoutRedisKills(options), random), ...planRedisKills(options, random)]
    : planStrikes(options, random);
  const answers = planAnswers(asks, options.seconds * 1_000, random);
  return { seed: options.seed, asks, strikes: strikes.sort((a, b) => a.atMs - b.atMs), answers };
}

/** They come at their own pace then. */
function withoutRedisKills({ kinds = STRIKE_KINDS, ...options }: ChaosPlanOptions): ChaosPlanOptions {
  return { ...options, kinds: kinds.filter((kind) => kind !== "redis_kill" && kind !== "redis_forget") };
}

function planStrikes(options: ChaosPlanOptions, random: SeededRandom): Strike[] {
  const durationMs = options.seconds * 1_000;
  return dealKinds(options, random).map((kind) => ({
    atMs: random.integer(Math.ceil(durationMs * FIRST_STRIKE), durationMs),
    kind,
    action: planStrike(kind, options, random),
  }));
}

/** Deals kinds as from packs of cards, so that none is missing when there are enough strikes. */
function dealKinds({ faults, kinds = STRIKE_KINDS }: ChaosPlanOptions, random: SeededRandom): StrikeKind[] {
  const packs = Array.from({ length: Math.ceil(faults / kinds.length) }, () => random.shuffle(kinds));
  return packs.flat().slice(0, faults);
}

function planRedisKills(options: ChaosPlanOptions, random: SeededRandom): Strike[] {
  const strikes: Strike[] = [];
  const { shortest, longest } = REDIS_KILLS_EVERY_MS;
  for (let atMs = random.integer(shortest, longest); atMs < options.seconds * 1_000;) {
    const kind = random.pick(["redis_kill", "redis_forget"] as const);
    strikes.push({ atMs, kind, action: planStrike(kind, options, random) });
    atMs += random.integer(shortest, longest);
  }
  return strikes;
}
