import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createSettingsReader } from "./settings-reader.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "volley-secret-"));
  path = join(folder, "token");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a secret in a file", () => {
  it("is read in place of its variable, and again when it changes; what is unfit for a moment changes nothing", () => {
    writeFileSync(path, "first\n");
    const reader = createSettingsReader({ TOKEN_FILE: path });
    expect(reader.text("TOKEN", { secret: true })).toBe("first");
    const current = reader.secretFile("TOKEN", { pattern: /^\w+$/ });
    expect(current?.(true)).toBe("first");
    writeFileSync(path, "second");
    expect(current?.(true)).toBe("second");
    for (const unfit of ["", "two words"]) {
      writeFileSync(path, unfit);
      expect(current?.(true)).toBe("second");
    }
    rmSync(path);
    expect(current?.(true)).toBe("second");
    writeFileSync(path, "third");
    expect(current?.(true)).toBe("third");
  });

  it("stays where its file cannot even be looked at, for another reason than that it is gone", () => {
    writeFileSync(path, "first");
    const current = createSettingsReader({ TOKEN_FILE: path }).secretFile("TOKEN", { pattern: /^\w+$/ });
    rmSync(path);
    symlinkSync(path, path);
    expect(() => statSync(path)).toThrow("ELOOP");
    expect(current?.(true)).toBe("first");
    rmSync(path);
    writeFileSync(path, "second");
    expect(current?.(true)).toBe("second");
  });

  it.each([
    ["both", { TOKEN: "a" }, "a", /^TOKEN_FILE: expected either TOKEN or a file with it, got both$/],
    ["an empty one", {}, "", /^TOKEN_FILE: expected a file with the value of TOKEN, got an empty one$/],
    ["none", {}, null, /^TOKEN_FILE: .* got one that cannot be read \(ENOENT\)$/],
  ])("is a problem that names no path: %s", (_, environment, content, problem) => {
    if (content !== null) writeFileSync(path, content);
    const reader = createSettingsReader({ ...environment, TOKEN_FILE: path });
    reader.optionalText("TOKEN", { secret: true });
    expect(() => reader.finish({})).toThrow(problem);
  });

  it("is no file where the setting is no secret", () => {
    const reader = createSettingsReader({ NAME_FILE: path });
    expect(reader.optionalText("NAME")).toBeUndefined();
    expect(reader.secretFile("TOKEN")).toBeUndefined();
  });
});
