import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CallFrame } from "./cpu-profile.ts";

/** Where a module begins in a bundle: its path is from the folder of the app. */
const MARK = /^\s*\/\/ ((?:\.\.|src|node_modules)\/\S+)$/;

/** Says of frames in an app's bundle which module they are of, and which line of that. */
export function createUnbundler(): (frame: CallFrame) => CallFrame {
  const bundles = new Map<string, readonly string[]>();
  const linesOf = (url: string): readonly string[] => {
    const known = bundles.get(url);
    if (known !== undefined) return known;
    const file = fileURLToPath(url);
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    bundles.set(url, lines);
    return lines;
  };
  return (frame) => {
    const folder = /^file:.*\/apps\/[^/]+\/(?=dist\/[^/]+$)/.exec(frame.url)?.[0];
    if (folder === undefined) return frame;
    const lines = linesOf(frame.url);
    const begin = lines.findLastIndex((line, place) => place <= frame.lineNumber && MARK.test(line));
    const module = MARK.exec(lines[begin] ?? "")?.[1];
    return module === undefined
      ? frame
      : { ...frame, url: new URL(module, folder).href, lineNumber: frame.lineNumber - begin - 1 };
  };
}
