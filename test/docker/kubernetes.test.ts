import { readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { isKnownSetting } from "./is-known-setting.ts";
import { isRecord } from "./is-record.ts";
import { kubernetesProblems } from "./kubernetes-problems.ts";
import { onlyContainer, readDeployment } from "./read-deployment.ts";
import { readYaml } from "./read-yaml.ts";
import { repositoryPath } from "./repository-path.ts";
import { recordAt, valueAt } from "./value-at.ts";

const FOLDER = "docker/k8s";
const files = readdirSync(repositoryPath(FOLDER)).filter((file) => file.endsWith(".yaml"));
const manifests = files.filter((file) => file !== "kustomization.yaml");

const settings = recordAt(readYaml(`${FOLDER}/settings.yaml`)[0], "data");
const settingsName = valueAt(readYaml(`${FOLDER}/settings.yaml`)[0], "metadata", "name");
const secrets = readYaml(`${FOLDER}/secret.example.yaml`);
const regions = String(settings["VOLLEY_REGIONS"]).split(",");

describe("every manifest", () => {
  test.each(manifests)("%s holds only what Kubernetes knows, in the types that it asks for", (file) => {
    const documents = readYaml(`${FOLDER}/${file}`);

    expect(documents.length).toBeGreaterThan(0);
    expect(documents.map(kubernetesProblems)).toEqual(documents.map(() => []));
  });

  test("kustomization.yaml applies each of them, but not the examples", () => {
    const kustomization = recordAt(readYaml(`${FOLDER}/kustomization.yaml`)[0]);
    const { apiVersion, kind, resources } = kustomization;

    expect({ apiVersion, kind }).toEqual({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" });
    expect(Object.keys(kustomization).toSorted()).toEqual(["apiVersion", "images", "kind", "labels", "resources"]);
    const applied = manifests.filter((file) => !file.endsWith(".example.yaml"));
    expect(resources).toHaveLength(applied.length);
    expect(resources).toEqual(expect.arrayContaining(applied));
  });
});

describe("the validation", () => {
  test.each<[string, (container: Record<string, unknown>) => void, string]>([
    ["an unknown field", (container) => (container["imagePullPolice"] = "Always"), "imagePullPolice is not a field"],
    ["a port that is a string", (container) => (container["ports"] = [{ containerPort: "9090" }]), "must be integer"],
    ["a container without a name", (container) => delete container["name"], "must have required property name"],
    ["an impossible amount", (container) => (container["resources"] = { limits: { memory: "much" } }), "must match"],
    ["an unknown policy", (container) => (container["imagePullPolicy"] = "Sometimes"), "allowed values"],
  ])("refuses %s", (_name, spoil, expected) => {
    const document = structuredClone(readYaml(`${FOLDER}/worker.yaml`)[0]);
    const containers = valueAt(document, "spec", "template", "spec", "containers");
    const container: unknown = Array.isArray(containers) ? containers[0] : undefined;
    if (!isRecord(container)) {
      throw new TypeError("worker.yaml has no container");
    }

    spoil(container);

    expect(kubernetesProblems(document).join("\n")).toContain(expected);
  });

  test("refuses a kind that it has no schema for", () => {
    expect(kubernetesProblems({ apiVersion: "apps/v2", kind: "Deployment" })).toEqual([
      "no schema for apps/v2 Deployment",
    ]);
  });
});

describe.each(["worker", "board", "api", "webhooks", "exporter"])("the %s's deployment", (app) => {
  const deployment = readDeployment(app);
  const pod = deployment.spec?.template.spec;
  const container = onlyContainer(deployment);
  const variables = container.env ?? [];
  const ownValues = Object.fromEntries(variables.map(({ name, value }) => [name, value]));

  test("gives a pod longer to end than the pause and the process take at most", () => {
    const pause = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
    expect((pod?.terminationGracePeriodSeconds ?? 30) * 1000).toBeGreaterThan(
      Number(settings["VOLLEY_SHUTDOWN_MS"]) + pause * 1000,
    );
  });

  test("pauses before it stops, where a service leads to it", () => {
    const isServed = files.includes(`${app}-service.yaml`);
    expect(container.lifecycle?.preStop?.sleep?.seconds ?? 0).toBe(isServed ? 5 : 0);
  });

  test("is asked on the port that the process listens on", () => {
    const port = Number(ownValues["VOLLEY_HTTP_PORT"]);
    const { startupProbe, livenessProbe, readinessProbe } = container;

    expect(container.ports).toEqual([{ name: "http", containerPort: port }]);
    expect(startupProbe?.httpGet).toEqual({ path: "/livez", port });
    expect(livenessProbe?.httpGet).toEqual({ path: "/livez", port });
    expect(readinessProbe?.httpGet).toEqual({ path: "/readyz", port });
  });

  test("writes no secret into the manifest", () => {
    const secret = /TOKEN|SECRET|PASSWORD|_USER|PLAN_ID|PROJECT_ID|KEY_ID|REDIS_URL/;

    expect(variables.filter(({ name, value }) => value !== undefined && secret.test(name))).toEqual([]);
    expect(Object.keys(settings).filter((name) => secret.test(name))).toEqual([]);
  });

  test("sets only what Volley reads, and each thing once", () => {
    const names = [...Object.keys(settings), ...variables.map(({ name }) => name)];

    expect(container.envFrom?.[0]).toEqual({ configMapRef: { name: settingsName } });
    expect(names.filter((name) => !isKnownSetting(name, regions))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test("runs without privileges, on a file system that it cannot write", () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(pod?.securityContext?.runAsUser).toBeGreaterThan(0);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("never has fewer pods during a rollout, and has its memory bounded", () => {
    expect(deployment.spec?.strategy?.rollingUpdate?.maxUnavailable).toBe(0);
    expect(container.resources?.limits).toHaveProperty("memory");
    expect(container.resources?.requests).toHaveProperty("memory");
  });

  test("is a version of the image that kustomization.yaml names", () => {
    const images = valueAt(readYaml(`${FOLDER}/kustomization.yaml`)[0], "images");
    const [name, version] = String(container.image).split(":");

    expect(images).toContainEqual({ name, newName: name, newTag: version });
  });

  test("selects and spreads its own pods", () => {
    const labels = deployment.spec?.template.metadata?.labels;

    expect(labels).toEqual({ "app.kubernetes.io/name": `volley-${app}` });
    expect(deployment.spec?.selector.matchLabels).toEqual(labels);
    for (const constraint of pod?.topologySpreadConstraints ?? []) {
      expect(constraint.labelSelector?.matchLabels).toEqual(labels);
    }
  });
});

describe("together", () => {
  test("the example of the secrets holds nothing but placeholders, for variables that there are, each read by somebody", () => {
    const named = ["worker", "board", "api", "webhooks", "exporter"].flatMap((app) =>
      (onlyContainer(readDeployment(app)).envFrom ?? []).flatMap(({ secretRef }) => secretRef?.name ?? []),
    );
    const data = secrets.map((secret) => recordAt(secret, "stringData"));

    expect(new Set(secrets.map((secret) => valueAt(secret, "metadata", "name")))).toEqual(new Set(named));
    expect(new Set(data.flatMap((each) => Object.values(each)))).toEqual(new Set(["REPLACE_ME"]));
    expect(data.flatMap((each) => Object.keys(each)).filter((name) => !isKnownSetting(name, regions))).toEqual([]);
  });

  test("the disruption budget and the service find the pods that they are for", () => {
    const budget = readYaml(`${FOLDER}/worker-disruption-budget.yaml`)[0];
    const service = readYaml(`${FOLDER}/board-service.yaml`)[0];

    expect(valueAt(budget, "spec", "selector")).toEqual(readDeployment("worker").spec?.selector);
    const [own, inside, ingress] = ["disruption-budget", "service", "ingress.example"].map(
      (name) => readYaml(`${FOLDER}/webhooks-${name}.yaml`)[0],
    );
    const webhooks = readDeployment("webhooks").spec?.selector;
    expect(valueAt(own, "spec", "selector")).toEqual(webhooks);
    expect(valueAt(inside, "spec", "selector")).toEqual(webhooks?.matchLabels);
    const backend = { service: { name: valueAt(inside, "metadata", "name"), port: { name: "http" } } };
    expect(valueAt(ingress, "spec", "rules")).toMatchObject([
      { http: { paths: [{ path: "/v1/callbacks/", backend }] } },
    ]);
    expect(valueAt(readYaml(`${FOLDER}/api-ingress.example.yaml`)[0], "spec", "rules")).toMatchObject([
      { http: { paths: [{ path: "/v1/", backend: { service: { name: "volley-api", port: { name: "http" } } } }] } },
    ]);
    const api = ["disruption-budget", "service"].map((name) => readYaml(`${FOLDER}/api-${name}.yaml`)[0]);
    const pods = readDeployment("api").spec?.selector;
    expect(api.map((found) => valueAt(found, "spec", "selector"))).toEqual([pods, pods?.matchLabels]);
    const exporter = readYaml(`${FOLDER}/exporter-service.yaml`)[0];
    expect(valueAt(exporter, "spec", "selector")).toEqual(readDeployment("exporter").spec?.selector.matchLabels);
    expect(valueAt(service, "spec", "selector")).toEqual(readDeployment("board").spec?.selector.matchLabels);
    expect(valueAt(service, "spec", "ports")).toEqual([{ name: "http", port: 80, targetPort: "http" }]);
  });

  test("pods run as a service account that carries no token", () => {
    const account = readYaml(`${FOLDER}/service-account.yaml`)[0];

    expect(valueAt(account, "automountServiceAccountToken")).toBe(false);
    for (const app of ["worker", "board", "api", "webhooks", "exporter"]) {
      expect(readDeployment(app).spec?.template.spec?.serviceAccountName).toBe(valueAt(account, "metadata", "name"));
    }
  });

  test("Prometheus finds all metrics but the board's, which ask for the password", () => {
    for (const app of ["worker", "api", "webhooks", "exporter"]) {
      const [port] = onlyContainer(readDeployment(app)).ports ?? [];
      expect(annotationsOf(app)).toEqual({
        "prometheus.io/scrape": "true",
        "prometheus.io/port": String(port?.containerPort),
        "prometheus.io/path": "/metrics",
      });
    }
    expect(annotationsOf("board")).toBeUndefined();
  });
});

function annotationsOf(app: string) {
  return readDeployment(app).spec?.template.metadata?.annotations;
}
