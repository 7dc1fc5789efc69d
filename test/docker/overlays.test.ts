import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { isRecord } from "./is-record.ts";
import { kubernetesProblems } from "./kubernetes-problems.ts";
import { onlyContainer, readDeployment } from "./read-deployment.ts";
import { readYaml } from "./read-yaml.ts";
import { repositoryPath } from "./repository-path.ts";
import { recordAt, valueAt } from "./value-at.ts";

const OVERLAYS = readdirSync(repositoryPath("docker/overlays"));
const COMPONENTS = ["keda", "network", "prometheus"];
const FIELDS = new Set(["apiVersion", "components", "kind", "patches", "replicas", "resources"]);

const policies = readYaml("docker/k8s/network/network-policies.yaml");
const applied = valueAt(readYaml("docker/k8s/kustomization.yaml")[0], "resources") as readonly string[];
const deployments = applied
  .filter((file) => valueAt(readYaml(`docker/k8s/${file}`)[0], "kind") === "Deployment")
  .map((file) => file.replace(".yaml", ""));

describe.each(OVERLAYS)("the overlay %s", (name) => {
  const folder = `docker/overlays/${name}`;
  const kustomization = recordAt(readYaml(`${folder}/kustomization.yaml`)[0]);

  test("names folders that there are, and no field that Kustomize does not know", () => {
    const { resources, components = [] } = kustomization;
    const named = [resources, components].flat().map((path) => join(folder, String(path), "kustomization.yaml"));
    expect(named).toContain("docker/k8s/kustomization.yaml");
    expect(named.filter((path) => !existsSync(repositoryPath(path)))).toEqual([]);
    expect(Object.keys(kustomization).filter((field) => !FIELDS.has(field))).toEqual([]);
  });

  test("says how many there are of deployments that there are, once", () => {
    const counted = kustomization["replicas"] as readonly { readonly name: string; readonly count: number }[];
    const known = new Set(deployments.map((app) => `volley-${app}`));
    expect(counted.filter((each) => !known.has(each.name) || each.count < 1)).toEqual([]);
    // An autoscaler says it of the workers.
    const scaled = [kustomization["components"] ?? []].flat().includes("../../k8s/keda");
    expect(counted.some((each) => each.name === "volley-worker")).toBe(!scaled);
  });
});

test("production has every component, and each of these its own folder's manifests", () => {
  const { components } = recordAt(readYaml("docker/overlays/production/kustomization.yaml")[0]);
  expect([components].flat().map(String).toSorted()).toEqual(COMPONENTS.map((name) => `../../k8s/${name}`));
  for (const name of COMPONENTS) {
    const folder = `docker/k8s/${name}`;
    const { kind, resources } = recordAt(readYaml(`${folder}/kustomization.yaml`)[0]);
    const files = readdirSync(repositoryPath(folder)).filter((file) => file !== "kustomization.yaml");
    expect({ kind, resources: [resources].flat().map(String).toSorted() }).toEqual({
      kind: "Component",
      resources: files.toSorted(),
    });
  }
});

describe("the network policies", () => {
  test("hold only what Kubernetes knows, and a misspelt field is found", () => {
    expect(policies.map(kubernetesProblems)).toEqual(policies.map(() => []));
    const misspelt = structuredClone(policies[0]);
    recordAt(misspelt, "spec")["egres"] = [];
    expect(kubernetesProblems(misspelt).join()).toContain("egres is not a field");
  });

  test("the first one closes every pod of ours, and opens DNS and Redis to it", () => {
    const spec = recordAt(policies[0], "spec");
    expect(spec["policyTypes"]).toEqual(["Ingress", "Egress"]);
    expect(spec).not.toHaveProperty("ingress");
    expect(podsOf(policies[0]).toSorted()).toEqual(deployments.map((app) => `volley-${app}`).toSorted());
    expect(portsOf(spec["egress"])).toEqual([53, 53, 6379, 6380, 26_379]);
  });

  test("who is asked from outside is open on its own port, and only the board is not", () => {
    const open = policies.filter((policy) => "ingress" in recordAt(policy, "spec"));
    expect(open.flatMap((policy) => portsOf(valueAt(policy, "spec", "ingress")))).toEqual(open.map(() => "http"));
    const closed = deployments.filter((app) => !open.flatMap(podsOf).includes(`volley-${app}`));
    expect(closed).toEqual(["board"]);
    for (const app of deployments) expect(onlyContainer(readDeployment(app)).ports?.[0]?.name).toBe("http");
  });

  test("who talks to the internet does so by HTTPS, and reaches nothing inside, nor the machine's own address for its secrets", () => {
    const provider = policies.find((policy) => valueAt(policy, "metadata", "name") === "volley-provider");
    expect(podsOf(provider)).toEqual(["volley-worker", "volley-webhooks"]);
    const egress = valueAt(provider, "spec", "egress");
    expect(portsOf(egress)).toEqual([443]);
    expect(JSON.stringify(egress)).toContain("169.254.0.0/16");
  });
});

function podsOf(policy: unknown): string[] {
  const expressions = valueAt(policy, "spec", "podSelector", "matchExpressions");
  return [expressions].flat().flatMap((each) => (isRecord(each) ? (each["values"] as string[]) : []));
}

function portsOf(rules: unknown): unknown[] {
  return [rules]
    .flat()
    .flatMap((rule) => (recordAt(rule)["ports"] as { readonly port: unknown }[]).map(({ port }) => port));
}
