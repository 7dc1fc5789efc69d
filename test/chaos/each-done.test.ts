import { expect, test } from "@jest/globals";
import { eachDone } from "./each-done.ts";

test("waits for all", async () => {
  const done: string[] = [];
  const named = ["a", "b"].map((name) => ({ name, done: Promise.resolve().then(() => void done.push(name)) }));
  await eachDone(named, 60_000);
  expect(done).toEqual(["a", "b"]);
});

test("names what is never done, and nothing else", async () => {
  const all = [
    { name: "a", done: Promise.resolve() },
    { name: "b", done: new Promise(() => {}) },
  ];
  await expect(eachDone(all, 10)).rejects.toThrow("not done within 10 ms: b");
});

test("fails with whatever fails", async () => {
  await expect(eachDone([{ name: "a", done: Promise.reject(new Error("why")) }], 60_000)).rejects.toThrow("why");
});
