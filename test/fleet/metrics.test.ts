import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startRedis } from "@volley/local-redis";
import { createProducer } from "@volley/producer";
import { eventually } from "../stage/eventually.ts";
import { setUpStage, type Stage } from "../stage/stage.ts";
import { spawnWebhooks, type WebhooksProcess } from "../stage/webhooks-process.ts";
import { readDashboard } from "./dashboard.ts";
import { promtool } from "./promtool.ts";
import { scrape, type ScrapedMetric } from "./scrape.ts";

/** What has a metric of its own only where it is asked for. */
const EVERYTHING = {
  VOLLEY_US_POLL_MS: "1000",
  VOLLEY_US_REPLY_STOP: "You get no more messages.",
  VOLLEY_EVENTS_QUEUE: "true",
  VOLLEY_EVENTS_DELIVER: "true",
  VOLLEY_HTTP_PORT: "0",
};

const APPS = ["exporter", "worker", "webhooks", "api"];

type Row = ScrapedMetric & { readonly name: string; readonly shownBy: readonly string[] };

const docs = readFileSync(fileURLToPath(new URL("../../docs/metrics.md", import.meta.url)), "utf8");
const rows = [...docs.matchAll(/^\| `(volley_\w+)` +\| (\w+) +\| (.*?) +\| (.*?) +\|/gm)].map(
  ([, name = "", kind = "", labels = "", shownBy = ""]): Row => ({
    name,
    kind,
    labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = ""]) => label).toSorted(),
    shownBy: shownBy === "all" ? APPS : shownBy.split(", "),
  }),
);

let stage: Stage;
let exporter: WebhooksProcess;
const folder = mkdtempSync(join(tmpdir(), "volley-dashboard-"));
const urls = new Map<string, string>();

beforeAll(async () => {
  stage = await setUpStage();
  const environment = { ...stage.environment, ...EVERYTHING };
  exporter = await spawnWebhooks(environment, "exporter");
  const producer = createProducer({ redis: stage.redis, prefix: stage.prefix });
  await producer.endpoints.add({ url: "https://events.example.com/volley" });
  await producer.close();
  const worker = await stage.startWorker(EVERYTHING);
  const webhooks = await spawnWebhooks({ ...environment, VOLLEY_CALLBACK_UNSIGNED: "allow" });
  const api = await spawnWebhooks(environment, "api");
  started.push(exporter, webhooks, api);
  for (const [app, { url }] of Object.entries({ exporter, webhooks, api })) urls.set(app, url);
  urls.set("worker", worker.url());
  const hasPolled = async () => (await scrape(exporter.url)).text.includes("volley_poll_lag_seconds{");
  await eventually(hasPolled, "a list that was read");
});

const started: WebhooksProcess[] = [];

afterAll(async () => {
  rmSync(folder, { recursive: true });
  for (const each of started) await each.stop();
  await stage.close();
});

describe.each(APPS)("the %s", (app) => {
  it("shows what docs/metrics.md says, and nothing else", async () => {
    const { metrics } = await scrape(urls.get(app) ?? "");
    const own = rows.filter(({ shownBy }) => shownBy.includes(app));
    expect(kinds([...metrics])).toEqual(kinds(own.map((row) => [row.name, row])));
    const labelled = own.filter(({ name }) => (metrics.get(name)?.labels.length ?? 0) > 0);
    expect(labelled.map(({ name }) => [name, metrics.get(name)?.labels])).toEqual(
      labelled.map(({ name, labels }) => [name, labels]),
    );
  });

  it("shows it as Prometheus wants to have it", async () => {
    const { text } = await scrape(urls.get(app) ?? "");
    expect(promtool(["check", "metrics"], text)).toBe("");
  });
});

describe("the dashboard", () => {
  const { panels, queries } = readDashboard();

  it("asks for what there is, by labels that it has", async () => {
    const texts = await Promise.all([...urls.values()].map(async (url) => (await scrape(url)).text));
    const known = new Set(texts.flatMap((text) => [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name)));
    const labels = new Map(rows.map((row) => [row.name, row.labels]));
    const wrong = queries.flatMap(({ title, metrics, labels: asked }) => {
      const own = new Set(["le", "app", "instance", ...metrics.flatMap((name) => labels.get(name) ?? [])]);
      return [...metrics.filter((name) => !known.has(name)), ...asked.filter((label) => !own.has(label))].map(
        (name) => `${title}: ${name}`,
      );
    });
    expect(queries.length).toBeGreaterThan(panels.length / 2);
    expect(wrong).toEqual([]);
  });

  it("is read by Prometheus, query by query", () => {
    const asRules = queries.map(({ expr }, index) => ({ record: `query:${index}`, expr }));
    const file = join(folder, "queries.yaml");
    writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboard", rules: asRules }] }));
    expect(promtool(["check", "rules", file])).toContain(`${queries.length} rules found`);
  });

  it("has a place for each panel", () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)}:${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});

it("the exporter says how many workers are wanted", async () => {
  const answer = await fetch(`${exporter.url}/scale`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ replicas: 1, regions: [{ region: "us", needed: 0, useful: 0 }] });
  expect((await scrape(exporter.url)).text).toContain('volley_wanted_replicas{app="exporter"} 1');
});

it("what is true of all processes is shown by the exporter alone", () => {
  const names = rows.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const shared = ["volley_build_info", "volley_redis_errors_total"];
  const shownTwice = rows.filter(({ shownBy }) => shownBy.includes("exporter") && shownBy.length > 1);
  expect(shownTwice.map(({ name }) => name).toSorted()).toEqual(shared);
});

it("the exporter needs no more than to read Volley's own keys, and outlives Redis", async () => {
  const local = await startRedis({ prefer: "server" });
  const own = await setUpStage({ redisUrl: local.url });
  const rights = ["-@all", "+@read", "+@scripting", "+@connection", "+time"];
  const allow = async () => own.redis.acl("SETUSER", "exporter", "on", ">secret", `~${own.prefix}*`, ...rights);
  await allow();
  const lines: string[] = [];
  const hidden = await spawnWebhooks(
    { ...own.environment, VOLLEY_HTTP_PORT: "0", REDIS_URL: local.url.replace("//", "//exporter:secret@") },
    "exporter",
  );
  const shows = async (line: string): Promise<boolean> => {
    lines.splice(0, lines.length, ...(await scrape(hidden.url)).text.split("\n"));
    return lines.includes(line);
  };
  try {
    await eventually(async () => shows('volley_up{app="exporter"} 1'), "an answer of Redis");
    expect(lines.filter((line) => line.startsWith("volley_redis_memory_bytes"))).toEqual([]);
    expect(await own.redis.keys("*")).toEqual([]);
    await local.kill();
    await eventually(async () => shows('volley_up{app="exporter"} 0'), "no answer of Redis");
    expect(lines.filter((line) => line.startsWith("volley_jobs"))).toEqual([]);
    expect((await fetch(`${hidden.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${hidden.url}/scale`)).status).toBe(503);
    await local.restart();
    await allow();
    await eventually(async () => shows('volley_up{app="exporter"} 1'), "Redis again");
    expect(await hidden.stop()).toBe(0);
  } finally {
    await hidden.kill();
    await own.close();
    await local.stop();
  }
});

function kinds(metrics: readonly (readonly [string, Pick<ScrapedMetric, "kind">])[]): Record<string, string> {
  return Object.fromEntries(metrics.map(([name, { kind }]) => [name, kind]));
}
