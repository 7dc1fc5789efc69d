import { afterEach, beforeEach, expect, it, jest } from "@jest/globals";
import { keepLooking } from "./keep-looking.ts";

beforeEach(() => void jest.useFakeTimers());

afterEach(() => void jest.useRealTimers());

it("looks once in every interval, until it is ended", async () => {
  let looks = 0;
  const end = keepLooking(async () => void (looks += 1), 1_000, fail);
  await jest.advanceTimersByTimeAsync(3_000);
  expect(looks).toBe(3);
  end();
  await jest.advanceTimersByTimeAsync(3_000);
  expect(looks).toBe(3);
});

it("begins no look before the last one has ended, however long that takes", async () => {
  const pending: (() => void)[] = [];
  const end = keepLooking(async () => new Promise<void>((resolve) => pending.push(resolve)), 1_000, fail);
  await jest.advanceTimersByTimeAsync(3_600_000);
  expect(pending).toHaveLength(1);
  pending[0]?.();
  await jest.advanceTimersByTimeAsync(2_000);
  expect(pending).toHaveLength(2);
  end();
});

it("tells of a look that failed, and looks again", async () => {
  const errors: unknown[] = [];
  const end = keepLooking(
    async () => Promise.reject(new RangeError("away")),
    1_000,
    (error) => errors.push(error),
  );
  await jest.advanceTimersByTimeAsync(2_000);
  expect(errors).toEqual([new RangeError("away"), new RangeError("away")]);
  end();
});

function fail(error: unknown): never {
  throw error;
}
