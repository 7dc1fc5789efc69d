import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type CliProcess, runVolley } from "./stage/cli-process.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

let stage: Stage;
let folder: string;
let file: string;
let rejected: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-rejected-lines-"));
  file = join(folder, "people.csv");
  rejected = join(folder, "rejected.csv");
});

beforeEach(async () => {
  stage = await setUpStage({ regions: ["eu"], hadWorkers: true });
});

afterEach(async () => stage.close());

afterAll(async () => rm(folder, { recursive: true, force: true }));

async function send(path: string, ...flags: string[]): Promise<CliProcess & { readonly exitCode: number | null }> {
  const routes = join(folder, "routes.json");
  await writeFile(routes, JSON.stringify({ prefixes: { 46: "eu" } }));
  const text = ["--from", "Volley", "--body", "Hi ${name}!", "--region", "eu"];
  const volley = runVolley(["send", path, ...text, ...flags], {
    REDIS_URL: stage.redisUrl,
    VOLLEY_PREFIX: stage.prefix,
    VOLLEY_ROUTES_FILE: routes,
  });
  return { ...volley, exitCode: await volley.ended() };
}

describe("rejected lines", () => {
  it("are written as they are, with the reason, and are sent alone when they are mended", async () => {
    const body = { code: "syntax_invalid_parameter_format", text: "to: +46701234569 is not reachable" };
    const action = { kind: "status", status: 400, body } as const;
    const fault = stage.emulator.faults.add({ times: null, match: { recipient: "46701234569" }, action });
    await stage.startWorker();
    await writeFile(
      file,
      '\uFEFFMobile;name\r\n+46 70 123 45 67;Ann\r\n070 1;"Bo; the second"\r\n0046701234569;Cy\r\n',
    );
    const first = await send(file, "--rejected-out", rejected);
    expect(first.exitCode).toBe(2);
    expect(first.output()).toContain(`1 rejected line in ${rejected}: mend and send them alone\n`);
    expect(first.output()).toContain(`2 rejected lines in ${rejected}: mend and send them alone\n`);
    const written = await readFile(rejected, "utf8");
    const [heading, bo, cy, ...rest] = written.split("\n");
    expect([heading, bo, rest]).toEqual(["\uFEFFMobile;name;reason", '070 1;"Bo; the second";invalid_msisdn', [""]]);
    expect(cy).toMatch(/^0046701234569;Cy;\S/);

    stage.emulator.faults.remove(fault);
    await writeFile(rejected, written.replace("070 1;", "+46701234568;"));
    const mended = await send(rejected, "--rejected-out", join(folder, "again.csv"));
    expect([mended.exitCode, mended.errors()]).toEqual([0, ""]);
    expect(stage.emulator.textsTo("46701234568")).toEqual(["Hi Bo; the second!"]);
    expect(stage.emulator.textsTo("46701234569")).toEqual(["Hi Cy!"]);
    expect(stage.emulator.timesTexted("46701234567")).toBe(1);
    expect(await readFile(join(folder, "again.csv"), "utf8")).toBe("\uFEFFMobile;name;reason;reason 2\n");
  });

  it("are written before anything is sent, also where nothing is", async () => {
    await writeFile(file, "number,name\n070,Ann\n");
    const nobody = await send(file, "--rejected-out", rejected, "--no-wait");
    expect([nobody.exitCode, await stage.queue("eu").getWaitingCount()]).toEqual([1, 0]);
    expect(await readFile(rejected, "utf8")).toBe("number,name,reason\n070,Ann,invalid_msisdn\n");

    await writeFile(file, "number,name\n+46701234567,Ann\n+12015550123,Bo\n");
    const auto = await send(file, "--region", "auto", "--rejected-out", rejected, "--no-wait");
    expect(auto.exitCode).toBe(0);
    expect(await readFile(rejected, "utf8")).toBe("number,name,reason\n+12015550123,Bo,no_route\n");
  });

  it("are rejected again, with the same reason, until they are mended", async () => {
    await writeFile(file, "phone,name\n+46701234567\n+46701234568,Bo,x,y\n0701234567,Eva\n+46701234569,Di\n");
    expect((await send(file, "--rejected-out", rejected, "--no-wait")).exitCode).toBe(0);
    const written =
      "phone,name,reason\n+46701234567,,missing_cells\n+46701234568,Bo,x,y,too_many_cells\n0701234567,Eva,invalid_msisdn\n";
    expect(await readFile(rejected, "utf8")).toBe(written);

    const again = join(folder, "again.csv");
    await writeFile(rejected, written.replace("0701234567", "+46701234560"));
    expect((await send(rejected, "--rejected-out", again, "--no-wait")).exitCode).toBe(0);
    expect(await readFile(again, "utf8")).toBe(
      "phone,name,reason,reason 2\n+46701234567,,missing_cells,missing_cells\n+46701234568,Bo,x,y,too_many_cells,too_many_cells\n",
    );
    await writeFile(rejected, written.replace(",,missing", ",Ann,missing").replace("0701234567", "070"));
    expect((await send(rejected, "--no-wait")).exitCode).toBe(0);
    const jobs = await stage.queue("eu").getWaiting();
    expect(jobs.map(({ data }) => data.parameters.name)).toEqual([
      { 46701234569: "Di" },
      { 46701234560: "Eva" },
      { 46701234567: "Ann" },
    ]);
  });

  it("are told with their reason by send, check and the result", async () => {
    await writeFile(file, "phone,name\n+46701234567\n+46701234568,Bo,x\n4.67E+10,Eva\n");
    const nobody = await send(file, "--no-wait");
    expect(nobody.errors()).toContain(
      "line 2: expected a cell for the number, the region and each value of the text, got too few cells",
    );
    expect(nobody.errors()).toContain("line 3: expected at most as many cells as the heading has, got more");
    await writeFile(file, "phone,name\n+46701234567\n+46701234568,Bo,x\n4.67E+10,Eva\n+46701234569,Di\n");
    await stage.startWorker();
    const sent = await send(file);
    expect([sent.exitCode, sent.errors()]).toEqual([0, ""]);
    for (const reason of ["missing_cells", "too_many_cells", "shortened_msisdn"])
      expect(sent.output()).toContain(reason);
    expect(sent.output()).not.toContain("invalid_msisdn");
  });

  it.each([
    ["the file itself", (): string => file, /^--rejected-out: expected another file than the one that is sent\n$/],
    [
      "what cannot be written",
      (): string => join(folder, "no", "such.csv"),
      /^--rejected-out: .+ cannot be written: ENOENT\n$/,
    ],
  ])("are never written to %s, and nothing is sent", async (_, path, sentence) => {
    const content = "number,name\n+46701234567,Ann\n";
    await writeFile(file, content);
    const { exitCode, errors } = await send(file, "--rejected-out", path(), "--no-wait");
    expect(errors()).toMatch(sentence);
    expect([exitCode, await stage.queue("eu").getWaitingCount(), await readFile(file, "utf8")]).toEqual([
      1,
      0,
      content,
    ]);
  });
});
