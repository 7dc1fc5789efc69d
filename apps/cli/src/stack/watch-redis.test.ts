import { expect, it } from "@jest/globals";
import { startRedis } from "@volley/local-redis";
import { eventually } from "../../../../test/stage/eventually.ts";
import { watchRedis } from "./watch-redis.ts";

it("says that a Redis that was started here has ended by itself, and not that it was stopped", async () => {
  const [killed, stopped] = [await startRedis({ prefer: "server" }), await startRedis({ prefer: "server" })];
  const said: string[] = [];
  const watched = watchRedis(killed, (sentence) => said.push(sentence));
  const other = watchRedis(stopped, (sentence) => said.push(sentence));
  try {
    other.stop();
    await stopped.stop();
    await killed.kill();
    await eventually(() => watched.lost.aborted, "the word");
    expect(said).toEqual([`Redis has ended by itself: ${killed.how}`]);
    expect(other.lost.aborted).toBe(false);
  } finally {
    watched.stop();
    await killed.stop();
  }
});
