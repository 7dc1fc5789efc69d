import { readCorpus } from "../hearing/corpus.ts";
import type { PlannedAnswer, PlannedAsk, Saying } from "./chaos-plan.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** So many of the recipients answer. */
const SHARE = 0.02;

/** What somebody says in the course of a run; as often as it stands here. */
const COURSES: readonly (readonly Saying[])[] = [
  ...Array.from({ length: 5 }, () => ["stop"] as const),
  ...Array.from({ length: 2 }, () => ["stop", "start"] as const),
  ["stop", "start", "stop"],
  ["maybe"],
  ["maybe", "start"],
  ["no"],
];

/** Answers of one person are so far apart at least, so that the provider's times have an order. */
const APART_MS = 50;

const TEXTS = readCorpus("tuned");

/** People answer: half of them before their send is asked for, the others from then on. */
export function planAnswers(asks: readonly PlannedAsk[], durationMs: number, random: SeededRandom): PlannedAnswer[] {
  const answers = asks.flatMap((ask) => {
    const many = Math.max(1, Math.round(ask.recipients * SHARE));
    const persons = new Set(Array.from({ length: many }, () => ask.first + random.integer(0, ask.recipients - 1)));
    return [...persons].flatMap((person) => answersOf(person, ask, durationMs, random));
  });
  return answers.sort((a, b) => a.atMs - b.atMs);
}

function answersOf(person: number, ask: PlannedAsk, durationMs: number, random: SeededRandom): PlannedAnswer[] {
  const course = random.pick(COURSES);
  const [from, to] = random.next() < 0.5 ? [0, ask.atMs] : [ask.atMs, durationMs];
  const times = course.map(() => random.integer(from, to)).sort((a, b) => a - b);
  return course.map((says, index) => ({
    atMs: (times[index] ?? 0) + index * APART_MS,
    region: ask.region,
    person,
    askedAtMs: ask.atMs,
    says,
    text: random.pick(TEXTS.filter(({ label }) => label === says)).text,
  }));
}
