import { beforeEach, describe, expect, it } from "@jest/globals";
import { createGroups, type Group, type GroupKind, type Groups, type WaitingMessage } from "./coalesce-groups.ts";

const KIND: GroupKind = { region: "eu", template: { from: "Volley", body: "Hi" }, keys: [], fingerprint: "f" };
const LINGER_MS = 5;

/** A clock that only tests move. */
type Timer = { readonly delayMs: number; readonly fire: () => void };

let timers: Set<Timer>;
let flushed: Group[];
let groups: Groups;

beforeEach(() => {
  timers = new Set();
  flushed = [];
  const schedule = (fire: () => void, delayMs: number): (() => void) => {
    const timer = { delayMs, fire };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  groups = createGroups(LINGER_MS, schedule, (group) => flushed.push(group));
});

describe("a group", () => {
  it("is flushed once, when its time has come, and not before", () => {
    for (const recipient of people(3)) groups.join("a", KIND, messageTo(recipient));
    expect(flushed).toEqual([]);
    expect([...timers].map(({ delayMs }) => delayMs)).toEqual([LINGER_MS]);
    for (const timer of timers) timer.fire();
    expect(recipientsOf(flushed)).toEqual([people(3)]);
    expect(flushed[0]?.kind).toBe(KIND);
    groups.flushAll();
    expect(flushed).toHaveLength(1);
  });

  it("is flushed as soon as it has a thousand recipients, and leaves no timer behind", () => {
    for (const recipient of people(2_001)) groups.join("a", KIND, messageTo(recipient));
    expect(recipientsOf(flushed)).toEqual([people(1_000), people(1_000, 1_000)]);
    expect(timers.size).toBe(1);
  });

  it("is flushed before its values make a huge job", () => {
    const values = Array.from({ length: 10 }, () => "x".repeat(1_600));
    for (const recipient of people(63)) groups.join("a", KIND, { ...messageTo(recipient), values });
    expect(recipientsOf(flushed)).toEqual([people(63)]);
  });

  it("holds nobody twice: the second message opens another one, and whoever comes next fills the first", () => {
    for (const recipient of ["46701", "46701", "46702", "46702", "46703"]) groups.join("a", KIND, messageTo(recipient));
    groups.flushAll();
    expect(recipientsOf(flushed)).toEqual([
      ["46701", "46702", "46703"],
      ["46701", "46702"],
    ]);
  });

  it("has one name only, and its kind is known by it while it is open", () => {
    const other = { ...KIND, region: "us" };
    groups.join("a", KIND, messageTo("46701"));
    groups.join("b", other, messageTo("46701"));
    expect([groups.kindOf("a"), groups.kindOf("b"), groups.kindOf("c")]).toEqual([KIND, other, undefined]);
    groups.flushAll();
    expect(flushed.map(({ kind }) => kind)).toEqual([KIND, other]);
    expect(groups.kindOf("a")).toBeUndefined();
  });
});

it("keeps at most a thousand groups open, and flushes the oldest for one more", () => {
  for (let name = 0; name < 1_002; name += 1) groups.join(`${name}`, KIND, messageTo(`${46_700_000 + name}`));
  expect(recipientsOf(flushed)).toEqual([["46700000"], ["46700001"]]);
  expect(timers.size).toBe(1_000);
});

function messageTo(recipient: string): WaitingMessage {
  return { recipient, values: [], claim: null, resolve: () => {}, reject: () => {} };
}

function people(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, index) => `${46_700_000_000 + first + index}`);
}

function recipientsOf(list: readonly Group[]): string[][] {
  return list.map(({ messages }) => messages.map(({ recipient }) => recipient));
}
