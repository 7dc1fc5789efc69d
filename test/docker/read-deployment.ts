import type { IDeployment } from "kubernetes-models/apps/v1";
import { Deployment } from "kubernetes-models/apps/v1";
import type { IContainer } from "kubernetes-models/v1";
import { kubernetesProblems } from "./kubernetes-problems.ts";
import { readYaml } from "./read-yaml.ts";

/** The Deployment of an app (`worker`, `board`); throws with every problem that Kubernetes' schema finds in it. */
export function readDeployment(app: string): IDeployment {
  const document = readYaml(`docker/k8s/${app}.yaml`)[0];
  const problems = kubernetesProblems(document);
  if (problems.length > 0 || !Deployment.is(document)) {
    throw new TypeError(`${app}.yaml is not a right Deployment: ${problems.join("; ")}`);
  }
  return document;
}

/** The one container of a Deployment's pods; throws where there are several or none. */
export function onlyContainer(deployment: IDeployment): IContainer {
  const containers = deployment.spec?.template.spec?.containers ?? [];
  if (containers[0] === undefined || containers.length > 1) {
    throw new Error(`one container expected, found ${containers.length}`);
  }
  return containers[0];
}
