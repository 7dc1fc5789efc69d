import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { stringify } from "yaml";
import { kubernetesProblems } from "../docker/kubernetes-problems.ts";
import { readYaml } from "../docker/read-yaml.ts";
import { repositoryPath } from "../docker/repository-path.ts";
import { recordAt, valueAt } from "../docker/value-at.ts";
import { MINUTES, SCENARIOS, WELL } from "./alert-scenarios.ts";
import { promtool } from "./promtool.ts";

const RULES = "docker/prometheus/alerts.yaml";

type Alert = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
};

const groups = valueAt(readYaml(RULES)[0], "groups");
const alerts = (groups as readonly { readonly rules: readonly Alert[] }[]).flatMap(({ rules }) => rules);
const names = alerts.map(({ alert }) => alert);

it("the rules are as Prometheus wants to have them, and the operator has the same", () => {
  expect(promtool(["check", "rules", repositoryPath(RULES)])).toContain(`${alerts.length} rules found`);
  const [rule] = readYaml("docker/k8s/prometheus/rule.yaml");
  expect(kubernetesProblems(rule)).toEqual([]);
  expect(valueAt(rule, "spec", "groups")).toEqual(groups);
  const [monitor] = readYaml("docker/k8s/prometheus/service-monitor.yaml");
  expect(kubernetesProblems(monitor)).toEqual([]);
  const service = recordAt(readYaml("docker/k8s/exporter-service.yaml")[0], "metadata", "labels");
  expect(valueAt(monitor, "spec", "selector", "matchLabels")).toEqual(service);
});

it("every alert has a runbook of four parts, and there is none without an alert", () => {
  for (const { alert, annotations } of alerts) {
    expect(annotations.runbook).toBe(`docs/runbooks/${alert}.md`);
    const runbook = readFileSync(repositoryPath(annotations.runbook), "utf8");
    expect(runbook.match(/^##? .*$/gm)).toEqual([
      `# ${alert}`,
      "## Meaning",
      "## Impact",
      "## Diagnosis",
      "## Mitigation",
    ]);
    expect(runbook.match(/^## .*\n\n(?!#)\S/gm)).toHaveLength(4);
    const links = [...runbook.matchAll(/\]\(([^)#]+)/g)].map(([, link = ""]) =>
      join(repositoryPath("docs/runbooks"), link),
    );
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  }
  expect(readdirSync(repositoryPath("docs/runbooks")).toSorted()).toEqual(names.map((name) => `${name}.md`).toSorted());
});

it("the rules name metrics that there are, and the docs every alert", () => {
  const metrics = readFileSync(repositoryPath("docs/metrics.md"), "utf8");
  const asked = alerts
    .flatMap(({ expr }) => expr.match(/volley_\w+/g) ?? [])
    .map((name) => name.replace(/_bucket$/, ""));
  expect(asked.filter((name) => !metrics.includes(`| \`${name}\` `))).toEqual([]);
  const deploy = readFileSync(repositoryPath("docs/alerts.md"), "utf8");
  const listed = [...deploy.matchAll(/^\| \[(\w+)\]\(runbooks\/\w+\.md\) +\| (\w+)/gm)].map(([, ...row]) => row);
  expect(listed).toEqual(alerts.map(({ alert, labels }) => [alert, labels.severity]));
});

it("every alert is fired by what it is for, and by nothing else", () => {
  const fired = new Set(SCENARIOS.flatMap(([, , ...expected]) => expected));
  expect([...fired, "VolleyWatchdog"].toSorted()).toEqual(names.toSorted());
  const folder = mkdtempSync(join(tmpdir(), "volley-alerts-"));
  const file = join(folder, "scenarios.yaml");
  const tests = SCENARIOS.map(([name, changed, ...expected]) => ({
    name,
    interval: "1m",
    input_series: Object.entries({ ...WELL, ...changed }).flatMap(([series, values]) =>
      values === null ? [] : [{ series, values }],
    ),
    promql_expr_test: [
      {
        expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: `${MINUTES}m`,
        exp_samples: [...expected, "VolleyWatchdog"].map((alertname) => ({
          labels: `{alertname="${alertname}"}`,
          value: 1,
        })),
      },
    ],
  }));
  try {
    writeFileSync(file, stringify({ rule_files: [repositoryPath(RULES)], evaluation_interval: "1m", tests }));
    expect(promtool(["test", "rules", file])).toContain("SUCCESS");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
