import { join } from "node:path";
import { isRecord } from "./is-record.ts";
import { readYaml } from "./read-yaml.ts";
import { recordAt, valueAt } from "./value-at.ts";

type Document = Record<string, unknown>;

/** What of Kustomize the manifests use, in the order in which Kustomize does it. */
const FIELDS = new Set(["apiVersion", "kind", "resources", "components", "labels", "images", "replicas", "patches"]);

/**
 * The manifests that `kubectl kustomize FOLDER` would print, for the fields above.
 *
 * @throws Error for a field, a patch or a resource that it does not know, and where nothing is what a setting is for
 */
export function renderKustomization(folder: string): readonly Document[] {
  const documents: Document[] = [];
  apply(folder, documents);
  const names = documents.map((document) => `${String(document["kind"])} ${nameOf(document)}`);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`${folder} has twice: ${twice.join(", ")}`);
  return documents;
}

function apply(folder: string, documents: Document[]): void {
  const kustomization = recordAt(readYaml(join(folder, "kustomization.yaml"))[0]);
  const unknown = Object.keys(kustomization).filter((field) => !FIELDS.has(field));
  if (unknown.length > 0) throw new Error(`${folder}: not known: ${unknown.join(", ")}`);
  for (const path of listAt(kustomization, "resources").map(String)) {
    if (path.endsWith(".yaml")) documents.push(...readYaml(join(folder, path)).map((each) => recordAt(each)));
    else documents.push(...renderKustomization(join(folder, path)));
  }
  for (const component of listAt(kustomization, "components")) apply(join(folder, String(component)), documents);
  for (const patch of listAt(kustomization, "patches")) removePath(documents, recordAt(patch));
  for (const label of listAt(kustomization, "labels")) addLabels(documents, recordAt(label, "pairs"));
  for (const image of listAt(kustomization, "images")) setImage(documents, recordAt(image));
  for (const replicas of listAt(kustomization, "replicas")) setReplicas(documents, recordAt(replicas));
}

/** A patch of one step: `op: remove`. */
function removePath(documents: readonly Document[], patch: Document): void {
  const [, path = ""] = /^- op: remove\n {2}path: \/(\S+)\n?$/.exec(String(patch["patch"])) ?? [];
  const keys = path.split("/");
  const last = keys.pop();
  const { kind, name } = recordAt(patch, "target");
  const target = documents.find((document) => document["kind"] === kind && nameOf(document) === name);
  if (last === undefined || last === "" || target === undefined)
    throw new Error("a patch that is not known, or for nothing");
  valueAt(target, ...keys, last);
  // oxlint-disable-next-line typescript/no-dynamic-delete -- it is what the patch says
  delete recordAt(target, ...keys)[last];
}

function addLabels(documents: readonly Document[], pairs: Document): void {
  for (const document of documents) {
    const metadata = recordAt(document, "metadata");
    metadata["labels"] = { ...(isRecord(metadata["labels"]) && metadata["labels"]), ...pairs };
  }
}

function setImage(documents: readonly Document[], { name, newName, newTag }: Document): void {
  const containers = documents.flatMap(containersOf).filter((each) => String(each["image"]).split(":")[0] === name);
  if (containers.length === 0) throw new Error(`no container has the image ${String(name)}`);
  for (const container of containers) container["image"] = `${String(newName)}:${String(newTag)}`;
}

function setReplicas(documents: readonly Document[], { name, count }: Document): void {
  const deployment = documents.find((each) => each["kind"] === "Deployment" && nameOf(each) === name);
  if (deployment === undefined) throw new Error(`there is no deployment ${String(name)}`);
  recordAt(deployment, "spec")["replicas"] = count;
}

/** The containers of a Deployment; none of anything else. */
function containersOf(document: Document): readonly Document[] {
  if (document["kind"] !== "Deployment") return [];
  return listAt(recordAt(document, "spec", "template", "spec"), "containers").map((container) => recordAt(container));
}

export function nameOf(document: Document): string {
  return String(valueAt(document, "metadata", "name"));
}

function listAt(record: Document, key: string): readonly unknown[] {
  const value = record[key] ?? [];
  if (!Array.isArray(value)) throw new TypeError(`${key} is not a list`);
  return value;
}
