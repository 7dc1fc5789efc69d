import { describe, expect, it } from "@jest/globals";
import { InvalidSendError } from "@volley/contract";
import { CliError } from "./cli-error.ts";
import { explainError } from "./explain-error.ts";

describe("explainError", () => {
  it("is the sentence of a mistake at the terminal", () => {
    expect(explainError(new CliError("expected a column named number, got name"))).toBe(
      "expected a column named number, got name",
    );
  });

  it("adds the code of an error that has one", () => {
    const error = Object.assign(new Error("Redis cannot be reached"), { code: "VOLLEY_REDIS_UNAVAILABLE" });
    expect(explainError(error)).toBe("Redis cannot be reached (VOLLEY_REDIS_UNAVAILABLE)");
    expect(explainError(Object.assign(new Error("odd"), { code: 7 }))).toBe("odd");
  });

  it("puts every problem of a send on a line of its own", () => {
    const error = new InvalidSendError([
      { field: "from", message: "expected a sender, got nothing" },
      { field: "eu: to[0]", message: "expected a number" },
    ]);
    expect(explainError(error)).toBe(
      "send refused (VOLLEY_INVALID_SEND):\n  from: expected a sender, got nothing\n  eu: to[0]: expected a number",
    );
  });

  it("says of a file that cannot be opened which one, and why, once", () => {
    const message = "ENOENT: no such file or directory, open '/nosuch/x.csv'";
    const error = Object.assign(new Error(message), { code: "ENOENT", syscall: "open", path: "/nosuch/x.csv" });
    expect(explainError(error)).toBe("/nosuch/x.csv cannot be opened: no such file or directory");
    const near = { code: "EACCES", syscall: "stat", path: "x.csv" };
    expect(explainError(Object.assign(new Error("EACCES: permission denied, stat 'x.csv'"), near))).toBe(
      `x.csv cannot be opened: permission denied (in ${process.cwd()})`,
    );
  });

  it("shows no stack and no cause", () => {
    expect(explainError(new TypeError("fetch failed", { cause: new Error("hush") }))).toBe("fetch failed");
  });

  it("takes whatever was thrown", () => {
    expect(explainError("a string")).toBe("a string");
    expect(explainError(undefined)).toBe("undefined");
  });
});
