import { expect, test } from "@jest/globals";
import { kubernetesProblems } from "./kubernetes-problems.ts";
import { readDeployment } from "./read-deployment.ts";
import { readYaml } from "./read-yaml.ts";
import { recordAt, valueAt } from "./value-at.ts";

const [scaledObject] = readYaml("docker/k8s/keda/scaled-object.yaml");

test("the autoscaler's manifest holds only what KEDA knows, and a misspelt field is found", () => {
  // The schemas that run on Node 20 are of a KEDA before 2.17, which has brought this field.
  expect(kubernetesProblems(scaledObject)).toEqual([
    "data/spec/fallback/behavior is not a field that Kubernetes knows",
  ]);
  const misspelt = structuredClone(scaledObject);
  recordAt(misspelt, "spec")["minReplicas"] = 1;
  expect(kubernetesProblems(misspelt).join()).toContain("minReplicas is not a field");
});

test("it scales the workers to the number that the exporter answers, and never to none", () => {
  const { scaleTargetRef, minReplicaCount, maxReplicaCount, fallback, triggers } = recordAt(scaledObject, "spec");
  expect(scaleTargetRef).toEqual({ name: readDeployment("worker").metadata?.name });
  expect(minReplicaCount).toBe(1);
  expect(maxReplicaCount).toBeGreaterThan(1);
  expect(fallback).toEqual({ failureThreshold: 3, replicas: 2, behavior: "currentReplicasIfHigher" });
  const service = valueAt(readYaml("docker/k8s/exporter-service.yaml")[0], "metadata", "name");
  const metadata = {
    url: `http://${String(service)}.volley.svc.cluster.local/scale`,
    valueLocation: "replicas",
    targetValue: "1",
  };
  expect(triggers).toEqual([{ type: "metrics-api", metricType: "AverageValue", metadata }]);
});

test("it is applied as a component, which leaves the number of workers to it", () => {
  const kustomization = recordAt(readYaml("docker/k8s/keda/kustomization.yaml")[0]);
  expect(Object.keys(kustomization).toSorted()).toEqual(["apiVersion", "kind", "patches", "resources"]);
  expect(kustomization).toMatchObject({ kind: "Component", resources: ["scaled-object.yaml"] });
  expect(kustomization["patches"]).toMatchObject([{ target: { kind: "Deployment", name: "volley-worker" } }]);
});
