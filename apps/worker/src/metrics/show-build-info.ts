import { ownPackage, type Registry } from "@volley/runtime";
import { Gauge } from "prom-client";

/** Shows which build runs: 1, with the version of the app and of Node as labels. */
export function showBuildInfo(registry: Registry): void {
  const labels = { version: ownPackage(import.meta.url).version, node: process.versions.node };
  new Gauge({
    name: "volley_build_info",
    help: "1, with the versions of the app and of Node.",
    labelNames: Object.keys(labels),
    registers: [registry],
  }).set(labels, 1);
}
