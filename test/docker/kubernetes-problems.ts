import { ScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject";
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import { PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { Deployment } from "kubernetes-models/apps/v1";
import { Ingress, NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1";
import { ConfigMap, Secret, Service, ServiceAccount } from "kubernetes-models/v1";
import { isRecord } from "./is-record.ts";

interface Model {
  readonly prototype: { validate(): void };
}

const models = new Map<string, Model>([
  ["apps/v1 Deployment", Deployment],
  ["keda.sh/v1alpha1 ScaledObject", ScaledObject],
  ["monitoring.coreos.com/v1 PodMonitor", PodMonitor],
  ["monitoring.coreos.com/v1 PrometheusRule", PrometheusRule],
  ["monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor],
  ["networking.k8s.io/v1 Ingress", Ingress],
  ["networking.k8s.io/v1 NetworkPolicy", NetworkPolicy],
  ["policy/v1 PodDisruptionBudget", PodDisruptionBudget],
  ["v1 ConfigMap", ConfigMap],
  ["v1 Secret", Secret],
  ["v1 Service", Service],
  ["v1 ServiceAccount", ServiceAccount],
]);

/**
 * Everything that is wrong with one Kubernetes document according to Kubernetes' own OpenAPI schemas, which
 * `kubernetes-models` carries as compiled validators; an empty list means that it is right.
 *
 * Those validators find wrong types, missing fields and bad quantities, but let unknown fields pass, as the API server
 * does without `--validate=strict`. A validator reads every field that its schema knows, and no other: so a field that
 * was not read during the validation is one that Kubernetes does not know.
 */
export function kubernetesProblems(document: unknown): readonly string[] {
  if (!isRecord(document)) {
    return ["not an object"];
  }
  const name = `${String(document["apiVersion"])} ${String(document["kind"])}`;
  const model = models.get(name);
  if (model === undefined) {
    return [`no schema for ${name}`];
  }
  const pathsRead = new Set<string>();
  const problems: string[] = [];
  try {
    model.prototype.validate.call(recordReads(document, "", pathsRead));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  for (const path of pathsOf(document, "")) {
    if (!pathsRead.has(path)) {
      problems.push(`data${path} is not a field that Kubernetes knows`);
    }
  }
  return problems;
}

function recordReads(target: object, path: string, pathsRead: Set<string>): object {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      if (typeof key === "symbol") {
        return value;
      }
      const childPath = `${path}/${key}`;
      pathsRead.add(childPath);
      return typeof value === "object" && value !== null ? recordReads(value, childPath, pathsRead) : value;
    },
  });
}

function pathsOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, child]) => {
    const childPath = `${path}/${key}`;
    return [childPath, ...pathsOf(child, childPath)];
  });
}
