import { expect, test } from "@jest/globals";

import { withDeadline } from "./with-deadline.ts";

const never = new Promise<never>(() => {});

test("gives the value of work that ends in time", async () => {
  await expect(withDeadline(Promise.resolve(7), 60_000, "too late")).resolves.toBe(7);
});

test("passes on why the work failed", async () => {
  await expect(withDeadline(Promise.reject(new Error("broken")), 60_000, "too late")).rejects.toThrow("broken");
});

test("gives up on work that never ends", async () => {
  await expect(withDeadline(never, 1, "too late")).rejects.toThrow("too late");
});
