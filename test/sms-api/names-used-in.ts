import { parseSync } from "@swc/core";

/** What a test does something with: its comments, titles and imports say nothing of what it shows. */
export type NamesUsed = {
  /** Names of properties that it writes, reads or expects; whole texts, numbers, the names in a query, and of a host. */
  readonly names: ReadonlySet<string>;
  readonly texts: readonly string[];
};

type Node = { readonly type: string; readonly [field: string]: unknown };

const TITLED: ReadonlySet<string> = new Set(["describe", "it", "test"]);

/** Names that are properties wherever they stand in such a node. */
const NAMING: ReadonlyMap<string, string> = new Map([
  ["KeyValueProperty", "key"],
  ["KeyValuePatternProperty", "key"],
  ["AssignmentPatternProperty", "key"],
  ["MethodProperty", "key"],
  ["MemberExpression", "property"],
]);

/** Reads what a test in TypeScript uses. */
export function namesUsedIn(source: string): NamesUsed {
  const names = new Set<string>();
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== "object" || value === null) return;
    if (!isNode(value)) return Object.values(value).forEach(visit);
    if (value.type === "ImportDeclaration" || value.type.startsWith("Ts")) return visitTyped(value);
    const name = value[NAMING.get(value.type) ?? ""];
    if (isNode(name) && name.type === "Identifier") names.add(String(name["value"]));
    // `{ field }`: swc has the name itself among the properties.
    if (value.type === "ObjectExpression") shorthandsOf(value).forEach((each) => names.add(each));
    const text = textOf(value);
    if (text !== null) {
      texts.push(text);
      for (const each of namesInText(text)) names.add(each);
    }
    if (value.type === "CallExpression" && isTitled(value["callee"])) {
      visit(value["callee"]);
      return visit((value["arguments"] as unknown[]).slice(1));
    }
    Object.values(value).forEach(visit);
  };
  /** Of what is there for types alone, only the expression is looked at, as in `x as Y`. */
  const visitTyped = (value: Node): void => visit(value["expression"] ?? null);
  visit(parseSync(source, { syntax: "typescript", target: "es2023" }).body);
  return { names, texts };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "type") === "string";
}

function textOf({ type, value, cooked }: Node): string | null {
  if (type === "StringLiteral" || type === "NumericLiteral") return String(value);
  return type === "TemplateElement" && typeof cooked === "string" ? cooked : null;
}

/** A whole text, and what a URL asks of whom. */
function namesInText(text: string): string[] {
  const [, host = ""] = /^https?:\/\/([\w.-]+)/.exec(text) ?? [];
  const queries = [...text.matchAll(/[?&](\w+)=/g)].map(([, name = ""]) => name);
  return [text, ...host.split("."), ...queries];
}

function shorthandsOf({ properties }: Node): string[] {
  const all = Array.isArray(properties) ? (properties as unknown[]) : [];
  return all.filter(isNode).flatMap(({ type, value }) => (type === "Identifier" ? String(value) : []));
}

/** `it(…)`, `it.skip(…)` and `it.each(…)(…)`; of the last, the call before that one has the table. */
function isTitled(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  if (callee.type === "Identifier") return TITLED.has(String(callee["value"]));
  if (callee.type === "CallExpression") return isEach(callee["callee"]) && isTitled(Object(callee["callee"]).object);
  return !isEach(callee) && isTitled(callee["object"]);
}

function isEach(callee: unknown): boolean {
  return isNode(callee) && isNode(callee["property"]) && callee["property"]["value"] === "each";
}
