import { expect, it } from "@jest/globals";
import { complainRarely } from "./complain-rarely.ts";

const REFUSED = new Error("WRONGPASS invalid username-password pair");
const COMPLAINT = { region: "eu", message: "worker error" };

it("says the same once a minute, and how often it came meanwhile", () => {
  const lines: object[] = [];
  const warn = (fields: object, message: string): void => void lines.push({ ...fields, message });
  let now = 0;
  const complain = complainRarely({ warn }, COMPLAINT, () => now);
  for (; now < 60_000; now += 100) complain(REFUSED);
  complain(new Error("Connection is closed."));
  complain(REFUSED);
  expect(lines).toEqual([
    { ...COMPLAINT, err: REFUSED },
    { ...COMPLAINT, err: new Error("Connection is closed.") },
    { ...COMPLAINT, err: REFUSED, timesBefore: 599 },
  ]);
});

it("remembers no more than a hundred", () => {
  let lines = 0;
  const warn = (): void => void (lines += 1);
  const complain = complainRarely({ warn }, COMPLAINT, () => 0);
  for (let other = 0; other < 101; other += 1) complain(new Error(`error ${other}`));
  complain(new Error("error 100"));
  complain(new Error("error 0"));
  expect(lines).toBe(102);
});

it("takes what it is told of every job in flight for the same", () => {
  const lines: object[] = [];
  const warn = (fields: object): void => void lines.push(fields);
  const complain = complainRarely({ warn }, COMPLAINT, () => 0);
  const errors = ["could not renew lock for job us-1", "could not renew lock for job us-2"];
  const others = ["Missing lock for job us-1. moveToFinished", "Missing lock for job us-2. moveToFinished"];
  for (const message of [...errors, ...others]) complain(new Error(message));
  expect(lines).toEqual([errors[0], others[0]].map((message) => ({ region: "eu", err: new Error(message) })));
});
