import { expect, it } from "@jest/globals";
import * as producer from "../index.ts";

it("exports these names and no others", () => {
  expect(Object.keys(producer).toSorted()).toEqual([
    "DuplicatesError",
    "EVENT_TYPES",
    "EXPLAIN_REASONS",
    "LIST_STATES",
    "ProducerError",
    "countWaiting",
    "createProducer",
    "createRouteTable",
    "createTextWatch",
    "isSuppressionHash",
    "plainSender",
  ]);
});
