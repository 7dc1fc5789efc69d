import { expect, test } from "@jest/globals";
import { alternate } from "./alternate.ts";

test("warms both up, then takes turns in going first", async () => {
  const order: string[] = [];
  const counted = (name: string) => async (): Promise<number> => order.push(name);
  const { ours, baseline } = await alternate(3, counted("ours"), counted("baseline"));
  expect(order).toEqual(["ours", "baseline", "ours", "baseline", "baseline", "ours", "ours", "baseline"]);
  expect({ ours, baseline }).toEqual({ ours: [3, 6, 7], baseline: [4, 5, 8] });
});
