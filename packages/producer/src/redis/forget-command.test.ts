import { expect, test } from "@jest/globals";
import { forgetCommand } from "./forget-command.ts";

const COMMAND = { name: "evalsha", args: ["46701234567", "Hi Ann"] };

test("an error forgets what was sent, and so do its causes", () => {
  const cause = Object.assign(new Error("OOM"), { command: COMMAND, lastNodeError: { command: COMMAND } });
  const error = Object.assign(new Error("EXECABORT", { cause }), { command: COMMAND, previousErrors: [cause] });
  forgetCommand(error);
  expect(Reflect.ownKeys(error)).toEqual(["stack", "message", "cause"]);
  expect(Reflect.ownKeys(cause)).toEqual(["stack", "message"]);
});

test("an error forgets what Redis repeats of a command that it does not know, and keeps the rest", () => {
  const error = new Error("ERR unknown command 'HSET', with args beginning with: 'key' '0' '46701234567'\n");
  forgetCommand(error);
  expect(error.message).toBe("ERR unknown command 'HSET'");
  expect(error.stack).not.toContain("46701234567");
});

test("causes that go round in a circle come to an end", () => {
  const error = Object.assign(new Error("first"), { command: COMMAND });
  error.cause = Object.assign(new Error("second"), { cause: error });
  forgetCommand(error);
  expect(error).not.toHaveProperty("command");
});

test.each([[undefined], [null], ["a text"]])("what is no error stays as it is: %p", (thrown) => {
  expect(() => forgetCommand(thrown)).not.toThrow();
});
