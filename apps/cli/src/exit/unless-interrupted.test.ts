import { describe, expect, it } from "@jest/globals";
import { unlessInterrupted } from "./unless-interrupted.ts";

const REASON = new Error("interrupted");

describe("unlessInterrupted", () => {
  it("returns what there is, and throws what went wrong", async () => {
    const { signal } = new AbortController();
    expect(await unlessInterrupted(signal, Promise.resolve(7))).toBe(7);
    await expect(unlessInterrupted(signal, Promise.reject(new Error("no")))).rejects.toThrow("no");
  });

  it("ends with the reason as soon as it is interrupted, whatever comes of it later", async () => {
    const controller = new AbortController();
    const fails: ((error: Error) => void)[] = [];
    const work = new Promise<never>((_, reject) => fails.push(reject));
    const waiting = unlessInterrupted(controller.signal, work);
    controller.abort(REASON);
    await expect(waiting).rejects.toBe(REASON);
    for (const fail of fails) fail(new Error("nobody hears of it"));
  });

  it("tells the outcome that is there when the interruption comes", async () => {
    expect(await unlessInterrupted(AbortSignal.abort(REASON), Promise.resolve(7))).toBe(7);
    await expect(unlessInterrupted(AbortSignal.abort(REASON), Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(unlessInterrupted(AbortSignal.abort(REASON), new Promise(() => {}))).rejects.toBe(REASON);
  });
});
