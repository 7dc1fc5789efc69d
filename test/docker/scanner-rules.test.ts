import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Deployment, type IDeployment } from "kubernetes-models/apps/v1";
import { isRecord } from "./is-record.ts";
import { kubernetesProblems } from "./kubernetes-problems.ts";
import { onlyContainer } from "./read-deployment.ts";
import { nameOf, renderKustomization } from "./render-kustomization.ts";
import { repositoryPath } from "./repository-path.ts";
import { type Applied, RULES } from "./scanner-rules.ts";
import { recordAt, valueAt } from "./value-at.ts";

type Documents = ReturnType<typeof renderKustomization>;

const OVERLAYS = ["docker/k8s", "docker/overlays/small", "docker/overlays/production"];
/** A field that KEDA 2.17 has brought: the schemas that run on Node 20 are older. */
const NEWER = "data/spec/fallback/behavior is not a field that Kubernetes knows";

describe.each(OVERLAYS)("%s, as it is applied", (folder) => {
  const documents = renderKustomization(folder);

  test("holds only what Kubernetes and its operators know, and each thing once", () => {
    const problems = documents.flatMap((document) =>
      kubernetesProblems(document).map((each) => `${nameOf(document)}: ${each}`),
    );
    expect(problems.filter((problem) => problem !== `volley-worker: ${NEWER}`)).toEqual([]);
    expect(documents.length).toBeGreaterThan(12);
  });

  test("names no namespace, no kind of cluster-wide rights, and no service that is open to the world", () => {
    const kinds = documents.map(({ kind }) => String(kind));
    expect(documents.filter((document) => "namespace" in recordAt(document, "metadata"))).toEqual([]);
    expect(kinds.filter((kind) => /Role|Namespace|Secret/.test(kind))).toEqual([]);
    const services = documents.filter(({ kind }) => kind === "Service");
    expect(new Set(services.map((service) => valueAt(service, "spec", "type")))).toEqual(new Set(["ClusterIP"]));
  });
});

test("a setting for what is not there, and a field that is not known, are refused", () => {
  expect(() => renderKustomization("test/docker/wrong-kustomization")).toThrow("not known: namePrefiks");
});

describe("what scanners ask for", () => {
  const applied = appliedOf(renderKustomization("docker/overlays/production"));

  test.each(Object.entries(RULES))("%s", (_name, holds) => {
    expect(applied.filter((each) => !holds(each)).map(({ deployment }) => deployment.metadata?.name)).toEqual([]);
    expect(applied).toHaveLength(5);
  });

  test("each rule can be broken: nothing is held by a deployment of which nothing was said", () => {
    const bare: Applied = {
      deployment: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "bare", namespace: "default" } },
      pod: { containers: [], hostNetwork: true },
      container: { name: "bare", image: "bare:latest", env: [{ name: "API_TOKEN", value: "x" }] },
      has: (kind) => kind === "Service",
    };
    expect(Object.keys(RULES).filter((rule) => RULES[rule]?.(bare))).toEqual([]);
  });

  test("the list in docs/deploy.md is this one", () => {
    const page = readFileSync(repositoryPath("docs/deploy.md"), "utf8");
    const [, table = ""] = page.split("## What a scanner asks\n");
    const rows = (table.split("\n## ")[0] ?? "").split("\n").flatMap((line) => /^\| (.+?) +\|/.exec(line)?.[1] ?? []);
    expect(rows.slice(2)).toEqual(Object.keys(RULES));
  });
});

function appliedOf(documents: Documents): readonly Applied[] {
  return documents.flatMap((document: unknown) => {
    if (!Deployment.is(document)) return [];
    const deployment: IDeployment = document;
    const name = deployment.spec?.selector.matchLabels?.["app.kubernetes.io/name"] ?? "";
    const pod = deployment.spec?.template.spec ?? { containers: [] };
    const has: Applied["has"] = (kind) => documents.some((each) => each["kind"] === kind && selects(each, name));
    return { deployment, pod, container: onlyContainer(deployment), has };
  });
}

/** Whether a Service, budget or policy is for the pods of that name. */
function selects(document: Documents[number], name: string): boolean {
  const { selector, podSelector } = recordAt(document, "spec");
  const labels = isRecord(selector) && isRecord(selector["matchLabels"]) ? selector["matchLabels"] : selector;
  const byLabel = isRecord(labels) && labels["app.kubernetes.io/name"] === name;
  return byLabel || JSON.stringify(podSelector ?? null).includes(`"${name}"`);
}
