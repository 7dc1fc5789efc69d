import { installPackage, type PackageNames } from "./package-manager.ts";
import { serverOnPath, type ServerProgram } from "../server/server-on-path.ts";

const REDIS: PackageNames = {
  "apt-get": "redis-server",
  apk: "redis",
  dnf: ["redis", "valkey"],
  brew: "redis",
};

/** Installs Redis with the system's package manager, saying so, and returns the program; otherwise the reason. */
export async function installRedis(
  say: (sentence: string) => void,
): Promise<{ kind: "installed"; program: ServerProgram } | { kind: "unavailable"; reason: string }> {
  const installed = await installPackage("Redis", REDIS, say);
  // An installation that ended badly may still have brought the server.
  const program = await serverOnPath();
  if (program !== null) return { kind: "installed", program };
  return installed.kind === "installed"
    ? { kind: "unavailable", reason: `${installed.manager} installed no server` }
    : installed;
}
