import { EventEmitter } from "node:events";

import { describe, expect, it } from "@jest/globals";

import { runApp } from "./run-app.ts";
import { EXIT_CODES, runProcess } from "./run-process.ts";
import { SettingsError } from "../settings/settings-error.ts";
import type { Started } from "../terms/started.ts";

type Line = Record<string, unknown>;

const FOREVER = new Promise<never>(() => undefined);

function harness() {
  const events = new EventEmitter();
  const written: Line[] = [];
  const write = (level: string) => (line: object, msg: string) => void written.push({ level, msg, ...line });
  const log = { info: write("info"), warn: write("warn"), error: write("error"), fatal: write("fatal") };
  const run = async (start: (signal: AbortSignal) => Promise<Started>, shutdownMs = 60_000) =>
    await runProcess({ name: "test", log: log as never, start, shutdownMs, events });
  return { events, written, run };
}

const failToStop = async () => await Promise.reject(new Error("no"));

/** Emits once the process has said that it started. */
function started(stop: Started["stop"], then: () => void) {
  return async (): Promise<Started> => {
    setImmediate(then);
    return { stop };
  };
}

describe("runProcess", () => {
  it.each(["SIGTERM", "SIGINT"])("stops at %s and ends with 0", async (signal) => {
    const { events, run, written } = harness();
    let stops = 0;
    const stop = async () => void (stops += 1);
    expect(await run(started(stop, () => events.emit(signal, signal)))).toBe(EXIT_CODES.stopped);
    expect(stops).toBe(1);
    expect(written.map((line) => line["msg"])).toEqual(["started", "stopping", "stopped"]);
  });

  it("ends with 1 when the start fails, with the stack", async () => {
    const { run, written } = harness();
    const error = new Error("no");
    expect(await run(async () => await Promise.reject(error))).toBe(EXIT_CODES.startFailed);
    expect(written).toEqual([{ level: "fatal", msg: "cannot start", err: error }]);
  });

  it("lists wrong settings in one line without a stack", async () => {
    const { run, written } = harness();
    const problems = ["A: expected a text, got nothing", "B: expected true or false, got 3"];
    expect(await run(async () => await Promise.reject(new SettingsError(problems)))).toBe(EXIT_CODES.startFailed);
    expect(written).toEqual([{ level: "fatal", msg: "cannot start with these settings", problems }]);
  });

  it("ends with 70 when the stop takes too long, and aborts its signal", async () => {
    const { events, run } = harness();
    const aborted: boolean[] = [];
    const stop = async (signal: AbortSignal) => {
      signal.addEventListener("abort", () => aborted.push(true));
      await FOREVER;
    };
    const exitCode = await run(
      started(stop, () => events.emit("SIGTERM", "SIGTERM")),
      10,
    );
    expect(exitCode).toBe(EXIT_CODES.unclean);
    expect(aborted).toEqual([true]);
  });

  it("ends with 70 at once when a second signal comes", async () => {
    const { events, run, written } = harness();
    const stop = async () => {
      setImmediate(() => events.emit("SIGINT", "SIGINT"));
      await FOREVER;
    };
    expect(await run(started(stop, () => events.emit("SIGTERM", "SIGTERM")))).toBe(EXIT_CODES.unclean);
    expect(written.at(-1)?.["msg"]).toBe("asked a second time; ending at once");
  });

  it("ends with 70 when the stop fails", async () => {
    const { events, run, written } = harness();
    expect(await run(started(failToStop, () => events.emit("SIGTERM", "SIGTERM")))).toBe(EXIT_CODES.unclean);
    expect(written.at(-1)).toMatchObject({ level: "error", msg: "could not stop in an orderly way" });
  });

  it.each(["uncaughtException", "unhandledRejection"])("logs an %s as fatal, stops and ends with 70", async (event) => {
    const { events, run, written } = harness();
    let stops = 0;
    const stop = async () => void (stops += 1);
    expect(await run(started(stop, () => events.emit(event, new Error("no"))))).toBe(EXIT_CODES.unclean);
    expect(stops).toBe(1);
    expect(written).toContainEqual(expect.objectContaining({ level: "fatal", event }));
  });

  it("ends with 70 when an error that nobody caught comes during the stop", async () => {
    const { events, run } = harness();
    const stop = async () => void events.emit("uncaughtException", new Error("no"));
    expect(await run(started(stop, () => events.emit("SIGTERM", "SIGTERM")))).toBe(EXIT_CODES.unclean);
  });

  it("aborts a start that is under way, and stops what it still brings about", async () => {
    const { events, run } = harness();
    let stops = 0;
    const start = async (signal: AbortSignal): Promise<Started> => {
      setImmediate(() => events.emit("SIGTERM", "SIGTERM"));
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return { stop: async () => void (stops += 1) };
    };
    expect(await run(start)).toBe(EXIT_CODES.stopped);
    expect(stops).toBe(1);
  });

  it("ends with 0 when an aborted start gives up", async () => {
    const { events, run } = harness();
    const start = async (signal: AbortSignal): Promise<Started> => {
      setImmediate(() => events.emit("SIGTERM", "SIGTERM"));
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw new Error("gave up");
    };
    expect(await run(start)).toBe(EXIT_CODES.stopped);
  });

  it("leaves no listener behind", async () => {
    const { events, run } = harness();
    await run(
      started(
        async () => undefined,
        () => events.emit("SIGTERM", "SIGTERM"),
      ),
    );
    expect(events.eventNames()).toEqual([]);
  });
});

describe("runApp", () => {
  it("starts with the settings and logs at their level", async () => {
    const events = new EventEmitter();
    const lines: string[] = [];
    const exitCode = await runApp({
      name: "volley-test",
      readConfig: () => ({
        logLevel: "warn" as const,
        shutdownMs: 1_000,
        greeting: "hello",
        unread: ["X: nobody reads it"],
      }),
      start: async ({ greeting }, log) => {
        log.info("not logged");
        log.warn({ greeting }, "logged");
        setImmediate(() => events.emit("SIGTERM", "SIGTERM"));
        return { stop: async () => undefined };
      },
      events,
      destination: { write: (line) => void lines.push(line) },
    });
    expect(exitCode).toBe(EXIT_CODES.stopped);
    expect(lines).toEqual([
      expect.stringContaining("X: nobody reads it"),
      expect.stringContaining('"greeting":"hello"'),
    ]);
  });

  it("reports wrong settings in one line and ends with 1", async () => {
    const lines: string[] = [];
    const exitCode = await runApp({
      name: "volley-test",
      readConfig: () => {
        throw new SettingsError(["A: expected a text, got nothing"]);
      },
      start: async () => await FOREVER,
      events: new EventEmitter(),
      destination: { write: (line) => void lines.push(line) },
    });
    expect(exitCode).toBe(EXIT_CODES.startFailed);
    expect(lines).toEqual([expect.stringContaining('"problems":["A: expected a text, got nothing"]')]);
    expect(lines.join()).not.toContain("stack");
  });
});
