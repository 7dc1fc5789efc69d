import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type CliProcess, runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const PEOPLE = "number,name,region\n+46 70 123 45 67,Ann,eu\n+12015550123,Bo,us\n0046701234568,Chioma,eu\n";

const SEND = ["--from", "Volley", "--body", "Hi ${name}!"];

let stage: Stage;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-command-line-"));
  file = join(folder, "people.csv");
});

beforeEach(async () => {
  stage = await setUpStage({ regions: ["us", "eu"], hadWorkers: true });
});

afterEach(async () => stage.close());

afterAll(async () => rm(folder, { recursive: true, force: true }));

function volley(...volleyArguments: string[]): CliProcess {
  return runVolley(volleyArguments, { REDIS_URL: stage.redisUrl, VOLLEY_PREFIX: stage.prefix });
}

async function send(content: string, ...flags: string[]): Promise<CliProcess & { readonly exitCode: number | null }> {
  await writeFile(file, content);
  const process = volley("send", file, ...flags);
  return { ...process, exitCode: await process.ended() };
}

function idsIn(output: string): string[] {
  return [...output.matchAll(/^((?:us|eu)-[0-9a-z]{20}): .*\benqueued\b/gm)].map(([, id = ""]) => id);
}

describe("volley send", () => {
  it("sends every line to its region with its own text, and shows progress and results", async () => {
    await stage.startWorker();
    const { exitCode, output, errors } = await send(PEOPLE, ...SEND);
    expect(errors()).toBe("");
    expect(exitCode).toBe(0);
    const [eu, us] = idsIn(output());
    expect(output().split("\n")).toEqual([
      `${eu}: 2 recipients in eu enqueued`,
      `${us}: 1 recipient in us enqueued`,
      "0 of 3 recipients",
      expect.stringMatching(/ of 3 recipients$/),
      ...(/^[12] of 3 recipients$/m.test(output()) ? ["3 of 3 recipients"] : []),
      "done",
      `${eu}: accepted in eu`,
      "  2 requested = 2 accepted",
      expect.stringMatching(/^ {2}batch [0-9A-Z]{26} 2 recipients$/),
      `${us}: accepted in us`,
      "  1 requested = 1 accepted",
      expect.stringMatching(/^ {2}batch [0-9A-Z]{26} 1 recipient$/),
      "",
    ]);
    expect(stage.emulator.textsTo("46701234567")).toEqual(["Hi Ann!"]);
    expect(stage.emulator.textsTo("12015550123")).toEqual(["Hi Bo!"]);
    expect(stage.emulator.textsTo("46701234568")).toEqual(["Hi Chioma!"]);
  });

  it("sends nothing when the same file comes again, and says so; --again sends it once more", async () => {
    await stage.startWorker();
    const first = await send(PEOPLE, ...SEND);
    const again = await send(PEOPLE, ...SEND);
    expect(again.exitCode).toBe(0);
    expect(again.output().match(/(?:was|were) enqueued before, nothing is sent again \(--again/g)).toHaveLength(2);
    expect(again.output().match(/batch [0-9A-Z]{26}/g)).toEqual(first.output().match(/batch [0-9A-Z]{26}/g));
    expect(stage.emulator.timesTexted("46701234567")).toBe(1);

    const withKey = await send(PEOPLE, ...SEND, "--again", "--key", "once more");
    expect(withKey.exitCode).toBe(0);
    expect(stage.emulator.timesTexted("46701234567")).toBe(2);
    expect((await send(PEOPLE, ...SEND, "--again", "--key", "once more")).exitCode).toBe(0);
    expect(stage.emulator.timesTexted("46701234567")).toBe(2);
  });

  it("refuses a key that stands for something else", async () => {
    await send(PEOPLE, ...SEND, "--key", "campaign", "--no-wait");
    const other = await send(PEOPLE, "--from", "Volley", "--body", "Bye", "--key", "campaign", "--no-wait");
    expect(other.exitCode).toBe(1);
    expect(other.errors()).toMatch(/already used for a send with other content, .+ \(VOLLEY_IDEMPOTENCY_CONFLICT\)\n$/);
    expect(other.errors()).not.toContain("campaign");
  });

  it("names lines without a number, and the rest is sent", async () => {
    await stage.startWorker();
    const people = "phone;name\n0701234567;Ann\n+46701234568;Bo\n\n+46701234568;Bo again\n";
    const { exitCode, output } = await send(people, ...SEND, "--region", "eu");
    expect(exitCode).toBe(0);
    expect(output()).toContain("1 line without an international number: 2\n");
    expect(output()).toContain(": 1 recipient in eu enqueued, 1 duplicate, 1 rejected\n");
    expect(output()).toContain("  3 requested = 1 accepted + 1 rejected + 1 duplicate\n");
    expect(output()).toContain("  1 recipient rejected: invalid_msisdn, said volley\n");
    expect(stage.emulator.textsTo("46701234568")).toEqual(["Hi Bo!"]);
    expect(output()).not.toContain("0701234567");
  });

  it("returns at once with --no-wait", async () => {
    const { exitCode, output } = await send(PEOPLE, ...SEND, "--no-wait");
    expect(exitCode).toBe(0);
    expect(output().trim().split("\n")).toEqual([
      expect.stringMatching(/^eu-\w+: 2 recipients in eu enqueued$/),
      expect.stringMatching(/^us-\w+: 1 recipient in us enqueued$/),
    ]);
    expect(await stage.queue("eu").getJobCounts("waiting")).toEqual({ waiting: 1 });
  });

  it("passes every option on", async () => {
    const expireAt = new Date(Date.now() + 24 * 60 * 60 * 1_000).toISOString();
    const flags = ["--reference", "spring", "--delivery-report", "full", "--callback-url", "https://example.org/x"];
    await send(PEOPLE, ...SEND, ...flags, "--retry-codes", "201, 404", "--expire-at", expireAt, "--no-wait");
    const [job] = await stage.queue("us").getWaiting();
    expect(job?.data).toEqual({
      from: "Volley",
      body: "Hi ${name}!",
      to: ["+12015550123"],
      parameters: { name: { "12015550123": "Bo" } },
      client_reference: "spring",
      delivery_report: "full",
      retry_codes: [201, 404],
      callback_url: "https://example.org/x",
      expire_at: expireAt,
    });
  });

  it("ends with 130 at Ctrl+C, and what is on the queue is sent all the same", async () => {
    await writeFile(file, PEOPLE);
    const process = volley("send", file, ...SEND);
    await process.printed(/^0 of 3 recipients$/m);
    process.signal("SIGINT");
    expect(await process.ended()).toBe(130);
    expect(process.errors()).toBe("interrupted\n");
    expect(process.output()).toContain(
      "what is on the queue is sent all the same: volley status <id> tells how it ends",
    );
    await stage.startWorker();
    await eventually(() => stage.emulator.stats().recipients === 3, "three people texted");
  });
});

describe("the exit code of volley send", () => {
  it("is 2 when the provider refuses a whole send, with its reason", async () => {
    const body = { code: "syntax_constraint_violation", text: "from 46701234567 is not yours" };
    stage.emulator.faults.add({ times: null, action: { kind: "status", status: 400, body } });
    await stage.startWorker();
    const { exitCode, output, errors } = await send(PEOPLE, ...SEND);
    expect(exitCode).toBe(2);
    expect(output()).toMatch(/^eu-\w+: rejected in eu$/m);
    expect(output()).toContain("syntax_constraint_violation: from (number) is not yours");
    expect(errors()).toBe("3 recipients were not accepted\n");
  });

  it("is 2 when the provider refuses one of two sends", async () => {
    const body = { code: "syntax_constraint_violation", text: "no" };
    stage.emulator.faults.add({
      times: null,
      match: { recipient: "12015550123" },
      action: { kind: "status", status: 400, body },
    });
    await stage.startWorker();
    const { exitCode, output, errors } = await send(PEOPLE, ...SEND);
    expect(exitCode).toBe(2);
    expect(output()).toMatch(/^eu-\w+: accepted in eu$/m);
    expect(output()).toMatch(/^us-\w+: rejected in us$/m);
    expect(errors()).toBe("1 recipient was not accepted\n");
  });
});

describe("volley status", () => {
  it("tells where a send is and what became of it, in words and for programs", async () => {
    const [eu = ""] = idsIn((await send(PEOPLE, ...SEND, "--no-wait")).output());
    const waiting = volley("status", eu);
    expect(await waiting.ended()).toBe(0);
    expect(waiting.output()).toBe(
      `${eu}: queued in eu\n  no worker of eu is running: nothing is sent until one does\n`,
    );

    await stage.startWorker();
    await eventually(async () => (await stage.queue("eu").getJobState(eu)) === "completed", "the end of the send");
    const settled = volley("status", eu);
    expect(await settled.ended()).toBe(0);
    expect(settled.output()).toMatch(
      /^eu-\w+: accepted in eu\n {2}2 requested = 2 accepted\n {2}batch [0-9A-Z]{26} 2 recipients\n$/,
    );

    const asJson = volley("status", eu, "--json");
    expect(await asJson.ended()).toBe(0);
    expect(JSON.parse(asJson.output())).toMatchObject({
      id: eu,
      region: "eu",
      state: "settled",
      result: { state: "accepted", recipients: { requested: 2, accepted: 2 } },
    });
  });

  it("finds the job of another client by its region", async () => {
    const job = await stage.queue("us").add("send", { from: "Volley", to: ["+12015550123"], body: "Hello" });
    const process = volley("status", String(job.id), "--region", "us");
    expect(await process.ended()).toBe(0);
    expect(process.output()).toMatch(/^\d+: queued in us\n/);
  });

  it.each([
    ["eu-00000000000000000000", /^eu-0{20}: there is no such send, or its result is no longer kept\n$/],
    [
      "17",
      /^id: expected that of a send, <region>-<20 letters and digits>, or .*, got 2 characters \(VOLLEY_INVALID_REGION\)\n$/,
    ],
  ])("says so when there is no send %s", async (id, sentence) => {
    const process = volley("status", id);
    expect(await process.ended()).toBe(1);
    expect(process.errors()).toMatch(sentence);
  });
});

describe("without a Redis", () => {
  it.each(["send", "status"])("volley %s says so, names REDIS_URL, and ends with 1", async (command) => {
    await writeFile(file, PEOPLE);
    const rest = command === "send" ? [file, ...SEND] : ["eu-00000000000000000000"];
    // Nothing listens on port 1, and nobody is told the password.
    const process = runVolley([command, ...rest], { REDIS_URL: "redis://user:a-secret@127.0.0.1:1" });
    expect(await process.ended()).toBe(1);
    expect(process.errors()).toBe(
      "REDIS_URL: expected a Redis that answers at redis://127.0.0.1:1/0 within 5000 ms, " +
        "got connect ECONNREFUSED 127.0.0.1:1 (VOLLEY_REDIS_UNAVAILABLE)\n",
    );
  });
});
