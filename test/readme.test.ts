import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Producer, RecipientEntry } from "@volley/producer";
import { checkBeforeSending } from "./readme/check-before-sending.ts";
import { parcelDelivered } from "./readme/coalesce.ts";
import { enqueueFromCursor } from "./readme/enqueue-from-cursor.ts";
import { enqueueWithBullmq } from "./readme/enqueue-with-bullmq.ts";
import { startProducer, tellOfParcel } from "./readme/enqueue-with-producer.ts";
import { PAGES } from "./pages/fences.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const [readme, settings, codes, promises, enqueue] = [
  "README.md",
  "docs/settings.md",
  "docs/codes.md",
  "docs/promises.md",
  "docs/enqueue.md",
].map((page) => readFileSync(join(ROOT, page), "utf8")) as [string, string, string, string, string];

describe("the README", () => {
  it("lists exactly the variables that the processes read", () => {
    const listed = new Set(settings.match(/`((?:VOLLEY|REDIS)_[A-Z_<>]+)`/g)?.map((name) => name.slice(1, -1)));
    expect([...listed].toSorted()).toEqual([...variablesRead()].toSorted());
  });

  it("lists exactly the error codes that exist", () => {
    const listed = new Set(section(codes, "## Errors").match(/VOLLEY_[A-Z_]+/g));
    const existing = new Set(
      sources(/error\.ts$/).flatMap((text) => text.match(/(?<=code = "|\| ")VOLLEY_[A-Z_]+(?=")/g) ?? []),
    );
    expect([...listed].toSorted()).toEqual([...existing].toSorted());
  });

  it("lists exactly the codes that are no error's as warnings", () => {
    const listed = section(codes, "## Warnings").match(/VOLLEY_[A-Z_]+/g);
    const others = new Set([...(section(codes, "## Errors").match(/VOLLEY_[A-Z_]+/g) ?? []), ...variablesRead()]);
    const existing = new Set(sources(/./).flatMap((text) => text.match(/(?<=: |\| |, )"VOLLEY_[A-Z_]+(?=")/g) ?? []));
    const warnings = [...existing].map((code) => code.slice(1)).filter((code) => !others.has(code));
    expect(listed?.toSorted()).toEqual(warnings.toSorted());
  });

  it("names a test for every promise, and every joined test is a promise", () => {
    const named = promises.match(/`test\/[\w./-]+`/g)?.map((name) => name.slice(1, -1)) ?? [];
    expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
    const joined = readdirSync(join(ROOT, "test")).filter((name) => name.endsWith(".test.ts"));
    const promised = joined.filter((name) => !NO_PROMISE.has(name));
    expect(promised.filter((name) => !named.includes(`test/${name}`))).toEqual([]);
  });

  it.each([
    "enqueue-with-producer.ts",
    "enqueue-with-bullmq.ts",
    "enqueue-from-cursor.ts",
    "coalesce.ts",
    "check-before-sending.ts",
  ])("has %s in docs/enqueue.md as it is", (name) => {
    const snippet = readFileSync(join(ROOT, "test/readme", name), "utf8").trim();
    expect(enqueue).toContain(snippet);
  });

  it.each(["enqueue-with-producer.ts", "enqueue-with-bullmq.ts"])("shows %s as it is", (name) => {
    expect(readme).toContain(readFileSync(join(ROOT, "test/readme", name), "utf8").trim());
  });

  it("is read to its end: at most 150 lines, none wider than a screen", () => {
    const lines = readme.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(150);
    expect(lines.filter((line) => line.length > 140)).toEqual([]);
  });
});

it("every page names files that exist", () => {
  const missing = PAGES.flatMap((page) => {
    const named = readFileSync(join(ROOT, page), "utf8").matchAll(/`((?:packages|apps|test|docs|docker)\/[\w./-]+)`/g);
    return [...named].flatMap(([, name = ""]) => (existsSync(join(ROOT, name)) ? [] : `${page}: ${name}`));
  });
  expect(PAGES.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

it("no page has a table or a line wider than a screen", () => {
  const pages = PAGES.filter((page) => !PRINTED.has(page));
  const wide = pages.flatMap((page) => {
    const lines = readFileSync(join(ROOT, page), "utf8").split("\n");
    return lines.flatMap((line, index) => (line.length > 140 ? [`${page}:${index + 1}`] : []));
  });
  expect(wide).toEqual([]);
});

describe("the snippets", () => {
  let stage: Stage;
  let producer: Producer;

  beforeAll(async () => {
    stage = await setUpStage({ regions: ["eu"] });
    producer = startProducer(stage.redisUrl, stage.prefix);
    await stage.startWorker();
  });

  afterAll(async () => {
    await producer?.close();
    await stage?.close();
  });

  async function ended(id: string | undefined): Promise<void> {
    const job = await stage.queue("eu").getJob(id ?? "");
    if (!job) throw new Error("the send is not on the queue");
    await stage.ended(job);
  }

  it("enqueue once with the producer", async () => {
    const { id } = await tellOfParcel(producer, 4711, "+46 70 123 45 67", "Ann");
    const again = await tellOfParcel(producer, 4711, "+46 70 123 45 67", "Ann");
    await ended(id);

    expect(again).toMatchObject({ id, alreadyEnqueued: true });
    expect(stage.emulator.textsTo("46701234567")).toEqual(["Hi Ann, your parcel is here."]);
  });

  it("coalesce texts that come up one by one", async () => {
    stage.emulator.reset();
    const parcels = [
      { number: 4711, phone: "+46 70 123 45 67", name: "Ann" },
      { number: 4712, phone: "+46 70 765 43 21", name: "Bob" },
      // A second text for Ann, in another send.
      { number: 4713, phone: "+46 70 123 45 67", name: "Ann" },
    ];
    const [ann, bob, annAgain] = await Promise.all(parcels.map((parcel) => parcelDelivered(producer, parcel)));
    expect(bob?.id).toBe(ann?.id);
    expect(annAgain?.id).not.toBe(ann?.id);
    for (const id of [ann?.id, annAgain?.id]) await ended(id);

    const toAnn = stage.emulator.textsTo("46701234567");
    expect(toAnn.toSorted()).toEqual(["Hi Ann, parcel 4711 is here.", "Hi Ann, parcel 4713 is here."]);
    expect(stage.emulator.textsTo("46707654321")).toEqual(["Hi Bob, parcel 4712 is here."]);
  });

  it("check before sending, and enqueue nothing", async () => {
    const to = ["+46 70 123 45 67", "0701234567", "+46 70 765 43 21"];
    const body = `Don’t wait: ${"the sale begins today. ".repeat(4)}`;
    const report = await checkBeforeSending(producer, { from: "Volley", to, body });

    expect(report.recipients).toMatchObject({ valid: 2, invalidAt: [{ index: 1, reason: "invalid_msisdn" }] });
    expect(report).toMatchObject({ segments: { total: 4, unicode: { codePoint: "U+2019" } }, price: { total: 0.18 } });
    expect(await stage.queue("eu").getJobCounts("waiting", "active", "delayed")).toMatchObject({ waiting: 0 });
  });

  it("enqueue what a cursor yields", async () => {
    stage.emulator.reset();
    const { id } = await enqueueFromCursor(producer, cursor());
    await ended(id);

    expect(stage.emulator.textsTo("46701234567")).toEqual(["Hi Ann, the sale begins."]);
    expect(stage.emulator.textsTo("46707654321")).toEqual(["Hi there, the sale begins."]);
  });

  it("enqueue with plain BullMQ", async () => {
    const { returnvalue } = await stage.ended(await enqueueWithBullmq(stage.queue("eu")));

    expect(returnvalue).toMatchObject({ state: "accepted" });
  });
});

async function* cursor(): AsyncGenerator<RecipientEntry[]> {
  yield [{ to: "+46 70 123 45 67", parameters: { name: "Ann" } }, "+46 70 765 43 21"];
  yield ["+46 70 123 45 68"];
}

/** Their tables are what a command has printed, or every field of an API beside each other. */
const PRINTED = new Set(["docs/chaos.md", "docs/faults.md", "docs/performance.md", "docs/sinch-api.md"]);

/** Tests of the tests' own ground. */
const NO_PROMISE = new Set(["redis-container.test.ts", "own-prefix.test.ts", "ci.test.ts", "rooms.test.ts"]);

function section(page: string, heading: string): string {
  const from = page.indexOf(`\n${heading}`);
  const to = page.indexOf("\n## ", from + heading.length);
  return page.slice(from, to === -1 ? undefined : to);
}

function sources(pattern: RegExp): string[] {
  return ["apps", "packages"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter(
        (name) => !/node_modules|dist\/|\.test\.ts$/.test(name) && /src\/.*\.ts$/.test(name) && pattern.test(name),
      )
      .map((name) => readFileSync(join(ROOT, folder, name), "utf8")),
  );
}

/** Every variable that a settings file names; a region's are written with its name in them. */
function variablesRead(): Set<string> {
  const texts = sources(/(?:config|settings)\.ts$/);
  const plain = texts.flatMap((text) => text.match(/(?<=")(?:VOLLEY|REDIS)_[A-Z_]+(?=")/g) ?? []);
  const regional = texts.flatMap((text) => text.match(/(?<=\$\{variable\})_[A-Z_]+(?=`)/g) ?? []);
  return new Set([
    ...plain.filter((name) => name !== "VOLLEY_SETTINGS"),
    ...regional.map((name) => `VOLLEY_<REGION>${name}`),
  ]);
}
