import { isRecord } from "./is-record.ts";
import { onlyContainer, readDeployment } from "./read-deployment.ts";
import { readYaml } from "./read-yaml.ts";
import { recordAt, valueAt } from "./value-at.ts";

type Values = Readonly<Record<string, string>>;

/** What stands in the cluster, beside the deployments: the settings, and each secret by its name. */
export type ClusterValues = { readonly settings: Values; readonly secrets: ReadonlyMap<string, Values> };

/** Those of settings.yaml and secret.example.yaml, every secret standing for itself. */
function clusterValues(): ClusterValues {
  const secrets = readYaml("docker/k8s/secret.example.yaml").map((secret) => {
    const keys = Object.keys(recordAt(secret, "stringData"));
    return [String(valueAt(secret, "metadata", "name")), Object.fromEntries(keys.map((key) => [key, valueOf(key)]))];
  });
  return {
    settings: texts(recordAt(readYaml("docker/k8s/settings.yaml")[0], "data")),
    secrets: new Map(secrets as [string, Values][]),
  };
}

/** The environment that an app's container gets; throws where it names a map or a secret that there is not. */
export function kubernetesEnvironment(app: string, values: ClusterValues = clusterValues()): Values {
  const { envFrom = [], env = [] } = onlyContainer(readDeployment(app));
  const sources = envFrom.map(({ configMapRef, secretRef }) => {
    if (configMapRef?.name === "volley-settings") return values.settings;
    const secret = values.secrets.get(secretRef?.name ?? "");
    if (secret === undefined) throw new Error(`${app} names a secret that there is not: ${String(secretRef?.name)}`);
    return secret;
  });
  return Object.assign({}, ...sources, Object.fromEntries(env.map(({ name, value = "" }) => [name, value])));
}

/** A copy in which no secret has a key of this pattern. */
export function without(pattern: RegExp, values: ClusterValues = clusterValues()): ClusterValues {
  const keep = (secret: Values) => Object.fromEntries(Object.entries(secret).filter(([key]) => !pattern.test(key)));
  return { ...values, secrets: new Map([...values.secrets].map(([name, secret]) => [name, keep(secret)])) };
}

function valueOf(key: string): string {
  return key === "REDIS_URL" ? "rediss://user:password@redis.example:6379/0" : `value-of-${key}`;
}

function texts(record: unknown): Values {
  const entries = isRecord(record) ? Object.entries(record) : [];
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
