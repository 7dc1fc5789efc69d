import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { promtool } from "../fleet/promtool.ts";
import { readYaml } from "./read-yaml.ts";
import { repositoryPath } from "./repository-path.ts";
import { recordAt, valueAt } from "./value-at.ts";

type Service = { readonly image: string; readonly volumes: readonly string[]; readonly ports: readonly string[] };
type Scrape = { readonly job_name: string; readonly dns_sd_configs: readonly { names: string[]; port: number }[] };

const observe = readYaml("docker/observe.yaml")[0];
const compose = recordAt(readYaml("docker/compose.yaml")[0], "services");
const services = recordAt(observe, "services") as Record<string, Service>;
const folder = mkdtempSync(join(tmpdir(), "volley-observe-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The files that a service is given, by where they are in it. */
function filesOf(name: string): Map<string, string> {
  const mounts = (services[name]?.volumes ?? []).map((volume) => volume.split(":"));
  return new Map(
    mounts.flatMap(([from = "", to = ""]) => (from.startsWith("./") ? [[to, `docker/${from.slice(2)}`]] : [])),
  );
}

test("each is of a fixed version, hardened as ours are, and reached from this machine alone", () => {
  expect(Object.keys(services)).toEqual(["prometheus", "grafana"]);
  for (const service of Object.values(services)) {
    expect(service.image).toMatch(/:v?\d+\.\d+\.\d+$/);
    expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    expect(service.ports.every((port) => port.startsWith("127.0.0.1:"))).toBe(true);
  }
  const taken = Object.values(compose).flatMap((service) => ((service as Partial<Service>).ports ?? []).map(String));
  const ports = [...taken, ...Object.values(services).flatMap((service) => service.ports)].map(
    (port) => port.split(":")[1],
  );
  expect(new Set(ports).size).toBe(ports.length);
});

test("every file that they are given is there, and what is kept has a volume", () => {
  const kept = Object.keys(recordAt(observe, "volumes"));
  for (const name of Object.keys(services)) {
    for (const [, file] of filesOf(name)) expect([file, existsSync(repositoryPath(file))]).toEqual([file, true]);
    const named = (services[name]?.volumes ?? []).filter((volume) => !volume.startsWith("./"));
    expect(named.map((volume) => volume.split(":")[0]).every((volume) => kept.includes(volume ?? ""))).toBe(true);
  }
});

test("Prometheus takes its configuration with the alerts, as it finds them in its folder", () => {
  for (const [to, file] of filesOf("prometheus")) cpSync(repositoryPath(file), join(folder, basename(to)));
  expect(promtool(["check", "config", join(folder, "prometheus.yaml")])).toContain("SUCCESS: 1 rule files found");
});

test("Prometheus asks every process that has metrics, at the port that it listens at", () => {
  const { scrape_configs: scrapes } = readYaml("docker/observe/prometheus.yaml")[0] as { scrape_configs: Scrape[] };
  const asked = scrapes.flatMap(({ job_name: job, dns_sd_configs: found }) => found.map((each) => ({ job, ...each })));
  const monitored = readYaml("docker/k8s/prometheus/pod-monitor.yaml")[0];
  const [{ values: pods } = { values: [] }] = valueAt(monitored, "spec", "selector", "matchExpressions") as {
    values: string[];
  }[];
  expect(asked.map(({ job }) => job).toSorted()).toEqual([...pods, "volley-exporter"].toSorted());
  for (const { job, names, port } of asked) {
    expect(names).toEqual([job.replace("volley-", "")]);
    expect(valueAt(compose, names[0] ?? "", "environment", "VOLLEY_HTTP_PORT")).toBe(String(port));
  }
});

test("Grafana finds Prometheus, and begins with our dashboard", () => {
  const [source] = valueAt(readYaml("docker/observe/grafana-datasource.yaml")[0], "datasources") as {
    url: string;
    type: string;
  }[];
  expect(source).toMatchObject({ type: "prometheus", url: "http://prometheus:9090" });
  const [provider] = valueAt(readYaml("docker/observe/grafana-dashboards.yaml")[0], "providers") as {
    options: { path: string };
  }[];
  const home = String(valueAt(services, "grafana", "environment", "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"));
  expect(home.startsWith(`${provider?.options.path}/`)).toBe(true);
  expect(filesOf("grafana").get(home)).toBe("docker/prometheus/dashboard.json");
  const dashboard = JSON.parse(readFileSync(repositoryPath("docker/prometheus/dashboard.json"), "utf8")) as object;
  expect(dashboard).toMatchObject({ uid: "volley" });
});
