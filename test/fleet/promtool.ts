import { spawnSync } from "node:child_process";

/**
 * Runs `promtool`, which comes with Prometheus (Debian: `apt-get install prometheus`); `.ci/run` installs it.
 *
 * @returns everything that it says, where it finds nothing wrong
 * @throws with what it says, where it does
 */
export function promtool(parameters: readonly string[], input = ""): string {
  const { error, status, stdout, stderr } = spawnSync("promtool", parameters, { input, encoding: "utf8" });
  if (error) throw new Error("This test needs promtool: install Prometheus (Debian: apt-get install prometheus).");
  const said = `${stdout}${stderr}`;
  if (status !== 0) throw new Error(`promtool ${parameters.join(" ")}:\n${said}`);
  return said;
}
