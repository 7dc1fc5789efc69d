import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type CliProcess, runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";
import { openFiles } from "./stage/open-files.ts";
import { keysOf, setUpStage, type Stage } from "./stage/stage.ts";

/** 128 and the number of SIGINT. */
const INTERRUPTED = 130;

const PEOPLE = "number,name,region\n+46701234567,Ann,eu\n+46701234568,Bo,eu\n";

const SEND = ["--from", "Volley", "--body", "Hi ${name}!"];

let stage: Stage;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-interrupt-"));
});

beforeEach(async () => {
  stage = await setUpStage({ regions: ["eu"], hadWorkers: true });
});

afterEach(async () => stage.close());

afterAll(async () => rm(folder, { recursive: true, force: true }));

function volley(...volleyArguments: string[]): CliProcess {
  return runVolley(volleyArguments, { REDIS_URL: stage.redisUrl, VOLLEY_PREFIX: stage.prefix });
}

describe("a command that is interrupted by Ctrl+C", () => {
  it("is volley send while it reads the file: nothing is enqueued", async () => {
    const file = join(folder, "long.csv");
    await writeFile(file, PEOPLE + "+46701234569,Chioma,eu\n".repeat(2_000_000));
    const process = volley("send", file, ...SEND);
    // Reading it takes seconds, so it is not at its end when it is seen to be open.
    await eventually(() => openFiles(process.pid).includes(file), "the file to be read");
    process.signal("SIGINT");
    expect(await process.ended()).toBe(INTERRUPTED);
    expect(process.output()).toBe("interrupted: nothing was enqueued\n");
    expect(await keysOf(stage)).toEqual([]);
    await rm(file);
  });

  it("is volley cancel while no worker answers: it is done all the same", async () => {
    const file = join(folder, "people.csv");
    await writeFile(file, PEOPLE);
    const sent = volley("send", file, ...SEND, "--no-wait");
    expect(await sent.ended()).toBe(0);
    const [, eu = ""] = /^(eu-\w+): /m.exec(sent.output()) ?? [];
    const process = volley("cancel", eu);
    await eventually(async () => stage.queue("eu").getJob(`${eu}.cancel`), "the request");
    process.signal("SIGINT");
    expect(await process.ended()).toBe(INTERRUPTED);
    expect(process.output()).toBe(
      `interrupted: the request is written down and will be done: volley status ${eu} tells how it ends\n`,
    );
    await stage.startWorker();
    await eventually(async () => (await stage.queue("eu").getJobState(eu)) === "completed", "the end of the send");
    expect(stage.emulator.timesTexted("46701234567")).toBe(0);
  });

  it.each([["cancel"], ["retry"], ["resolve", "--sent"]])(
    "is volley %s while Redis does not answer: nothing is written down",
    async (command, ...flags) => {
      const sockets: Socket[] = [];
      const silent = createServer((socket) => void sockets.push(socket.on("error", () => {}))).listen(0, "127.0.0.1");
      await once(silent, "listening");
      const address = silent.address();
      const port = typeof address === "object" ? address?.port : undefined;
      const process = runVolley([command, "eu-00000000000000000000", ...flags], {
        REDIS_URL: `redis://127.0.0.1:${port}`,
      });
      await eventually(() => sockets.length > 0, "a connection");
      process.signal("SIGINT");
      expect(await process.ended()).toBe(INTERRUPTED);
      expect(process.output()).toBe("interrupted: Redis was not reached, and nothing is written down\n");
      for (const socket of sockets) socket.destroy();
      silent.close();
    },
  );
});
