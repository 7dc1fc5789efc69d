import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createProducer } from "@volley/producer";
import { seededRandom } from "./chaos/seeded-random.ts";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const SERVICE = fileURLToPath(new URL("coalescing-service.mjs", import.meta.url));

/** A message as the service was told of it: the send that it is in, and whether an earlier life had enqueued it. */
type Told = { readonly id: string; readonly alreadyEnqueued: boolean };

let stage: Stage;

beforeAll(async () => {
  stage = await setUpStage();
  await stage.startWorker();
});

afterAll(async () => stage.close());

describe("20,000 messages to one recipient each, in one loop", () => {
  it("get everybody their own text, in at most 40 requests", async () => {
    stage.emulator.reset();
    const to = people(20_000);
    const producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix, timeoutMs: 30_000 });
    const answers = await Promise.all(
      to.map(async (recipient, index) =>
        producer.coalesce(
          { from: "Volley", to: recipient, body: "Hi ${name}!", parameters: { name: `Number ${index}` } },
          { region: "us", idempotencyKey: `greeting ${recipient}` },
        ),
      ),
    );
    await producer.close();
    expect(new Set(answers.map(({ id }) => id)).size).toBeLessThanOrEqual(40);
    await everythingEnded();

    expect(textsOfAll(to)).toEqual(to.map((_, index) => [`Hi Number ${index}!`]));
    // As the emulator tells it, too, which takes longer.
    expect(stage.emulator.textsTo(to[12_345] ?? "")).toEqual(["Hi Number 12345!"]);
    const posts = stage.emulator.requests().filter(({ method }) => method === "POST");
    expect(posts.length).toBeLessThanOrEqual(40);
  });
});

describe("a service that is killed at random points while it coalesces, and started again", () => {
  it("texts everybody once, and loses nothing that it was told of", async () => {
    stage.emulator.reset();
    const count = 2_000;
    const random = seededRandom(7);
    const killed: Map<number, Told>[] = [];
    for (let life = 0; life < 6; life += 1) killed.push(await live(count, random.integer(1, count - 100)));
    const last = await live(count);
    expect(last.size).toBe(count);
    await everythingEnded();

    const told = killed.flatMap((life) => [...life]);
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter(([index, { id }]) => last.get(index)?.id !== id || !last.get(index)?.alreadyEnqueued)).toEqual(
      [],
    );
    expect(textsOfAll(people(count))).toEqual(people(count).map((_, index) => [`Parcel ${index} is here.`]));
  });
});

/**
 * One life of the service.
 *
 * @param longest - it is killed without warning once it has been told of so many messages
 */
async function live(count: number, longest = Infinity): Promise<Map<number, Told>> {
  const service = spawn(process.execPath, [SERVICE, stage.redisUrl, stage.prefix, String(count)], {
    env: { PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  service.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (output.split("\n").length > longest) service.kill("SIGKILL");
  });
  await once(service, "close");
  // A line that the kill has cut off has told nobody anything.
  const lines = output.slice(0, output.lastIndexOf("\n") + 1).match(/^\d+ \S+ (?:true|false)$/gm) ?? [];
  return new Map(lines.map((line) => toldIn(line)));
}

function toldIn(line: string): [number, Told] {
  const [index, id = "", alreadyEnqueued] = line.split(" ");
  return [Number(index), { id, alreadyEnqueued: alreadyEnqueued === "true" }];
}

/** What each was texted, from every batch that was accepted, with the parameters filled in. */
function textsOfAll(recipients: readonly string[]): string[][] {
  const texts = new Map<string, string[]>(recipients.map((recipient) => [recipient, []]));
  for (const { to, request } of stage.emulator.batches()) {
    const { body, parameters } = request as { body: string; parameters: Record<string, Record<string, string>> };
    for (const recipient of to) {
      const text = body.replaceAll(/\$\{(\w+)\}/g, (_, key: string) => parameters[key]?.[recipient] ?? "nobody's");
      texts.get(recipient)?.push(text);
    }
  }
  return [...texts.values()];
}

async function everythingEnded(): Promise<void> {
  await eventually(async () => {
    const counts = await stage
      .queue("us")
      .getJobCounts("waiting", "prioritized", "delayed", "active", "waiting-children");
    return Object.values(counts).every((left) => left === 0);
  }, "the end of every send");
}
