import { describe, expect, test } from "@jest/globals";
import { RequestLog } from "./request-log.ts";

function request(at: number, plan = "p"): { at: number; plan: string; method: string; path: string; query: string } {
  return { at, plan, method: "GET", path: `/xms/v1/${plan}/batches`, query: "" };
}

describe("RequestLog", () => {
  test("keeps the last requests in order, and counts all", () => {
    const log = new RequestLog(3);
    for (let at = 1; at <= 5; at += 1) log.open(request(at)).end(200);
    expect(log.list().map(({ at }) => at)).toEqual([3, 4, 5]);
    expect(log.totals()).toMatchObject({ requests: 5, by_status: { 200: 5 } });
  });

  test("counts requests in flight, by plan and at most", () => {
    const log = new RequestLog(10);
    const first = log.open(request(1, "a"));
    const second = log.open(request(2, "a"));
    const other = log.open(request(3, "b"));
    first.end(200);
    first.end(500);
    second.end(null);
    expect(log.totals()).toEqual({
      requests: 3,
      in_flight: 1,
      max_in_flight: 3,
      max_in_flight_by_plan: { a: 2, b: 1 },
      by_status: { 200: 1, none: 1 },
    });
    expect(log.list().map(({ in_flight, status }) => [in_flight, status])).toEqual([
      [1, 200],
      [2, null],
      [1, null],
    ]);
    other.end(200);
  });

  test("forgets, but for what is still in flight", () => {
    const log = new RequestLog(10);
    const open = log.open(request(1));
    log.clear();
    expect(log.totals()).toMatchObject({ requests: 0, in_flight: 1, max_in_flight: 1 });
    open.end(200);
    expect(log.totals()).toMatchObject({ requests: 0, in_flight: 0, by_status: {} });
    expect(log.list()).toEqual([]);
  });
});
