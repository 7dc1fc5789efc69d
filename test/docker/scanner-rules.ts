import type { IDeployment } from "kubernetes-models/apps/v1";
import type { IContainer, IPodSpec } from "kubernetes-models/v1";

/** A Deployment as it is applied, with what stands beside it. */
export type Applied = {
  readonly deployment: IDeployment;
  readonly pod: IPodSpec;
  readonly container: IContainer;
  /** Whether a Service, a PodDisruptionBudget or a NetworkPolicy selects its pods. */
  readonly has: (kind: "Service" | "PodDisruptionBudget" | "NetworkPolicy") => boolean;
};

const AMOUNT = /^\d+(?:m|Mi)$/;

/** What scanners of manifests ask of every Deployment, in the words of docs/deploy.md. */
export const RULES: Readonly<Record<string, (applied: Applied) => boolean>> = {
  "no root": ({ pod }) => pod.securityContext?.runAsNonRoot === true && (pod.securityContext.runAsUser ?? 0) > 0,
  "read-only file system": ({ container }) => container.securityContext?.readOnlyRootFilesystem === true,
  "no capabilities": ({ container }) => container.securityContext?.capabilities?.drop?.join() === "ALL",
  "no more rights later": ({ container }) => container.securityContext?.allowPrivilegeEscalation === false,
  seccomp: ({ pod }) => pod.securityContext?.seccompProfile?.type === "RuntimeDefault",
  "nothing of the node": ({ pod, container }) =>
    !pod.hostNetwork &&
    !pod.hostPID &&
    !pod.hostIPC &&
    !container.securityContext?.privileged &&
    (pod.volumes ?? []).every(({ hostPath }) => hostPath === undefined) &&
    (container.ports ?? []).every(({ hostPort }) => hostPort === undefined),
  "requests and limits": ({ container: { resources } }) =>
    AMOUNT.test(String(resources?.requests?.["cpu"])) &&
    AMOUNT.test(String(resources?.requests?.["memory"])) &&
    AMOUNT.test(String(resources?.limits?.["memory"])),
  "a fixed version": ({ container }) => /:\d+\.\d+\.\d+$/.test(container.image ?? ""),
  "a pull policy": ({ container }) => container.imagePullPolicy === "IfNotPresent",
  "three probes": ({ container }) =>
    [container.startupProbe, container.livenessProbe, container.readinessProbe].every(
      (probe) => probe?.httpGet !== undefined,
    ),
  "readiness is not liveness": ({ container }) =>
    container.livenessProbe?.httpGet?.path !== container.readinessProbe?.httpGet?.path,
  "no token of Kubernetes": ({ pod }) =>
    pod.automountServiceAccountToken === false && !["", "default"].includes(pod.serviceAccountName ?? ""),
  "no service links": ({ pod }) => pod.enableServiceLinks === false,
  "no namespace": ({ deployment }) => deployment.metadata?.namespace === undefined,
  "spread over nodes": ({ pod }) =>
    (pod.topologySpreadConstraints ?? []).some(({ topologyKey }) => topologyKey === "kubernetes.io/hostname"),
  "a disruption budget": ({ deployment, has }) =>
    has("PodDisruptionBudget") ||
    (deployment.spec?.replicas ?? 0) === 1 ||
    deployment.metadata?.name === "volley-board",
  "a rollout without a gap": ({ deployment }) => deployment.spec?.strategy?.rollingUpdate?.maxUnavailable === 0,
  "a pause before the end": ({ container, has }) =>
    !has("Service") || (container.lifecycle?.preStop?.sleep?.seconds ?? 0) > 0,
  "a network policy": ({ has }) => has("NetworkPolicy"),
  "secrets by reference": ({ container }) =>
    (container.env ?? []).every(
      ({ name, value }) => value === undefined || !/TOKEN|SECRET|PASSWORD|KEY|URL/.test(name),
    ),
};
