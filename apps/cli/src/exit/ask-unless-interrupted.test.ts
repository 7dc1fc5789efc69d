import { describe, expect, it } from "@jest/globals";
import { ProducerError } from "@volley/producer";
import { askUnlessInterrupted } from "./ask-unless-interrupted.ts";
import { CliError } from "./cli-error.ts";

const TRUTH = "it is written down";
const SILENT = new ProducerError("VOLLEY_WORKER_SILENT", "no worker of eu has answered within 50 ms; it will be done");

/** A request whose first answer never comes, and which is interrupted. */
async function interrupted(last: () => Promise<string>): Promise<{ outcome: unknown; asked: unknown[] }> {
  const controller = new AbortController();
  const asked: unknown[] = [];
  const ask = async (wait: object): Promise<string> => {
    asked.push(wait);
    return asked.length > 1 ? last() : new Promise<string>(() => {});
  };
  const waiting = askUnlessInterrupted(controller.signal, { ask, truth: TRUTH });
  controller.abort(new CliError("interrupted", { exitCode: 130 }));
  return { outcome: await waiting.catch((error: unknown) => error), asked };
}

describe("askUnlessInterrupted", () => {
  it("gives the answer, or what went wrong, when nobody interrupts it", async () => {
    const { signal } = new AbortController();
    expect(await askUnlessInterrupted(signal, { ask: async () => "stopped", truth: TRUTH })).toBe("stopped");
    const ask = async (): Promise<string> => Promise.reject(SILENT);
    await expect(askUnlessInterrupted(signal, { ask, truth: TRUTH })).rejects.toBe(SILENT);
  });

  it("ends with the truth once it is certain that the request is written down", async () => {
    const { outcome, asked } = await interrupted(async () => Promise.reject(SILENT));
    expect(outcome).toMatchObject({ message: "interrupted: it is written down", exitCode: 130 });
    expect(asked).toEqual([{}, { waitMs: 50 }]);
  });

  it("gives the answer that has come in the meantime", async () => {
    expect((await interrupted(async () => "stopped")).outcome).toBe("stopped");
  });

  it.each([
    new ProducerError("VOLLEY_UNKNOWN_SEND", "there is no such send"),
    new ProducerError("VOLLEY_WORKER_SILENT", "the worker could not cancel: it is broken"),
  ])("claims nothing where something else is true: $message", async (error) => {
    const last = async (): Promise<string> => {
      throw error;
    };
    expect((await interrupted(last)).outcome).toBe(error);
  });
});
