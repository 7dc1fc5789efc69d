import { expect, test } from "@jest/globals";
import { readFailoversArguments } from "./failovers-arguments.ts";
import { runFailovers } from "./run-failovers.ts";

const TERMS = { hows: [], replicas: "auto", fsync: "always", say: () => {} } as const;

/** `pnpm failovers` does the same 50 times, and loses what it should with `--replicas 0`. */
test.each([
  ["failover", 2],
  ["restart", 2],
] as const)(
  "no opt-out that was acknowledged is lost in a %s right afterwards, and nobody of them is texted",
  async (how, tries) => {
    const { lost, texted, acknowledged } = await runFailovers(how, { ...TERMS, tries });
    expect({ lost, texted, acknowledged }).toEqual({ lost: 0, texted: 0, acknowledged: tries * 2 });
  },
  120_000,
);

test("one that no replica has to have is lost: what is measured can be seen", async () => {
  const { lost, texted } = await runFailovers("failover", { ...TERMS, tries: 1, replicas: "0" });
  expect([lost, texted]).toEqual([1, 1]);
}, 120_000);

test("the command line says what is wrong with it", () => {
  expect(readFailoversArguments([])).toEqual({
    tries: 50,
    hows: ["failover", "restart"],
    replicas: "auto",
    fsync: "always",
  });
  expect(readFailoversArguments(["--", "--how", "restart", "--fsync", "everysec"])).toMatchObject({
    hows: ["restart"],
    fsync: "everysec",
  });
  expect(readFailoversArguments(["--help"])).toBeNull();
  expect(() => readFailoversArguments(["--tries", "0"])).toThrow("--tries: expected");
  expect(() => readFailoversArguments(["--how", "fire"])).toThrow("--how: expected failover, restart, both");
});
