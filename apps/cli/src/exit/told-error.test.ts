import { describe, expect, it } from "@jest/globals";
import { InvalidSendError } from "@volley/contract";
import { ProducerError } from "@volley/producer";
import { CliError } from "./cli-error.ts";
import { toldError } from "./told-error.ts";

const REASON = new CliError("interrupted", { exitCode: 130 });
const INTERRUPTED = AbortSignal.abort(REASON);

describe("what a person is told when a command has failed", () => {
  it.each([
    ["a connection that was cut", new Error("Connection is closed.")],
    ["a producer whose connection was cut", new ProducerError("VOLLEY_REDIS_UNAVAILABLE", "Redis is not there")],
    ["a process of the stack that ended with it", new CliError("the worker has ended")],
  ])("is that it was interrupted, and not %s", (_, error) => {
    expect(toldError(error, INTERRUPTED)).toBe(REASON);
    expect(toldError(error, new AbortController().signal)).toBe(error);
  });

  it.each([
    ["recipients who were not accepted", new CliError("3 recipients were not accepted", { exitCode: 2 })],
    ["a send that is refused", new InvalidSendError([{ field: "from", message: "expected a sender" }])],
    ["a send that is not there", new ProducerError("VOLLEY_UNKNOWN_SEND", "there is no such send")],
    ["what became of an interrupted request", new CliError("interrupted: it will be done", { exitCode: 130 })],
  ])("is the outcome that was there already: %s", (_, error) => {
    expect(toldError(error, INTERRUPTED)).toBe(error);
  });
});
