import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { repositoryPath } from "../docker/repository-path.ts";

/** What `docker build .` hands to the engine, as a tar: what .dockerignore lets in, and the Dockerfile. */
export function buildContext(): Readable {
  const lines = readFileSync(repositoryPath(".dockerignore"), "utf8").split("\n");
  const allowed = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const refused = lines.filter((line) => line.startsWith("**/")).map((line) => `--exclude=${line.slice("**/".length)}`);
  const child = spawn("tar", ["-c", ...refused, "docker/Dockerfile", ...allowed], {
    cwd: repositoryPath(""),
    stdio: ["ignore", "pipe", "inherit"],
  });
  return child.stdout;
}
