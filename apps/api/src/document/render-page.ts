import type { Json } from "./json-schema.ts";

/** How the page looks; a file of its own, since the page's policy lets nothing be written into it. */
export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8886; border-radius: 6px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.5rem; border-bottom: 1px solid #8884; }
section { margin: 2rem 0; }
h3 code { padding: 0.1rem 0.4rem; border: 1px solid #8886; border-radius: 4px; }
a { color: inherit; }
summary { cursor: pointer; }
`;

type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Contents };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Contents }>>;
};

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Json;
};

type Contents = Readonly<Record<string, { readonly schema: Json; readonly example?: unknown }>>;

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

type Document = {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Paths;
  readonly webhooks: Paths;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
};

type Listed = { readonly title: string; readonly method: string; readonly operation: Operation };

/** The document as a page for people: made here, without a script, and with nothing from elsewhere. */
export function renderPage(json: Json): string {
  const document = json as unknown as Document;
  const { info, tags, components } = document;
  const routes = listed(document.paths);
  const events = listed(document.webhooks);
  const sections = tags.map(({ name, description }) => {
    const own = routes.filter(({ operation }) => operation.tags[0] === name);
    return own.length === 0 ? "" : `<h2>${text(name)}</h2><p>${text(description)}</p>${own.map(sectionOf).join("")}`;
  });
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<section id="schema-${text(name)}"><h3><code>${text(name)}</code></h3>${code(schema)}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(info.title)}: the HTTP API</title>
<link rel="stylesheet" href="docs/style.css">
</head>
<body>
<h1>${text(info.title)} <small>${text(info.version)}</small></h1>
<p>${text(info.description)} For programs: <a href="openapi.json">openapi.json</a>.</p>
<pre>curl -H 'Authorization: Bearer vk_…' …/v1/sends/eu-5xk2m9q0c3v7b1n8d4fa</pre>
<nav><ul>${routes.map(entryOf).join("")}</ul></nav>
<main>${sections.join("")}<h2>What endpoints are told</h2>${events.map(sectionOf).join("")}<h2>Schemas</h2>${schemas.join("")}</main>
</body>
</html>
`;
}

function listed(paths: Paths): Listed[] {
  return Object.entries(paths).flatMap(([title, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ title, method: method.toUpperCase(), operation })),
  );
}

function entryOf({ title, method, operation: { operationId, summary } }: Listed): string {
  return `<li><a href="#${text(operationId)}"><code>${method} ${text(title)}</code></a> ${text(summary)}</li>`;
}

function sectionOf({ title, method, operation }: Listed): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const answers = Object.entries(responses).map(
    ([status, answer]) =>
      `<tr><td><code>${text(status)}</code></td><td>${text(answer.description)}${contentsOf(answer.content)}</td></tr>`,
  );
  return [
    `<section id="${text(operationId)}"><h3><code>${method}</code> ${text(title)}</h3><p>${text(summary)}.</p>`,
    description === undefined ? "" : `<p>${text(description)}</p>`,
    parameters.length === 0 ? "" : `<table>${parameters.map(rowOf).join("")}</table>`,
    requestBody === undefined ? "" : `<h4>What comes in</h4>${contentsOf(requestBody.content)}`,
    `<h4>What is answered</h4><table>${answers.join("")}</table></section>`,
  ].join("");
}

function rowOf({ name, in: place, required, description = "", schema }: Parameter): string {
  const where = `${place}${required ? ", needed" : ""}`;
  return `<tr><td><code>${text(name)}</code></td><td>${where}</td><td>${text(description)} ${code(schema)}</td></tr>`;
}

function contentsOf(contents: Contents = {}): string {
  return Object.entries(contents)
    .map(([type, { schema, example }]) => {
      const reference = /^#\/components\/schemas\/(?<name>\w+)$/.exec(String(schema["$ref"]))?.groups?.["name"];
      const shown = example === undefined ? "" : code(example);
      if (reference !== undefined)
        return `<p><code>${text(type)}</code>: <a href="#schema-${reference}">${reference}</a></p>${shown}`;
      return `<details><summary><code>${text(type)}</code></summary>${shown}${code(schema)}</details>`;
    })
    .join("");
}

function code(value: unknown): string {
  return `<pre>${escaped(typeof value === "string" ? value : JSON.stringify(value, null, 2))}</pre>`;
}

/** Prose: what stands in backticks is code, a line is a line. */
function text(prose: string): string {
  return escaped(prose)
    .replaceAll(/`([^`]*)`/g, "<code>$1</code>")
    .replaceAll("\n", "<br>");
}

function escaped(raw: string): string {
  return raw.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
