/** What an error body says, whichever of the provider's shapes it has. Only `text` may name a recipient. */
export type ErrorBody = { readonly code: string | null; readonly text: string | null };

/** The most characters that are kept of a text. */
const KEPT_CHARACTERS = 500;

/** A code is a word or a small number. What else stands there could be a sentence with a recipient in it. */
const CODE = /^(?!.*\d{6})[\w.-]{1,64}$/;

/**
 * Reads an error body. Sinch documents `{code, text}`; Spring's default, an older `{error: {…}}` and problem+json were
 * seen too, and 401, 404, 429 and 5xx may come with nothing or with HTML (sinch-facts 5.2).
 *
 * @param body - the answer's body as text
 */
export function readErrorBody(body: string): ErrorBody {
  const json = parse(body);
  if (json === null) return { code: null, text: body.trim() === "" ? null : clip(body.trim()) };
  const inner = objectIn(json, "error");
  return {
    code: codeIn(json, "code") ?? (inner && (codeIn(inner, "status") ?? codeIn(inner, "code"))) ?? lastSegment(json),
    text:
      stringIn(json, "text") ??
      stringIn(json, "description") ??
      (inner && stringIn(inner, "message")) ??
      joined(stringIn(json, "title"), stringIn(json, "detail")) ??
      stringIn(json, "message") ??
      stringIn(json, "error"),
  };
}

/** Whether a body has the form in which Sinch refuses a message: a code, and a text that may be called description. */
export function isRefusal(body: string): boolean {
  const json = parse(body);
  if (json === null || Array.isArray(json)) return false;
  const [code, ...texts] = ["code", "text", "description"].map((key): unknown => Reflect.get(json, key));
  return typeof code === "string" && texts.some((text) => typeof text === "string" && text !== "");
}

function parse(body: string): object | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** problem+json names its error by a URL: the last segment is its code. */
function lastSegment(json: object): string | null {
  const segment = stringIn(json, "type")
    ?.split("/")
    .findLast((part) => part !== "");
  return segment !== undefined && CODE.test(segment) ? segment : null;
}

function joined(title: string | null, detail: string | null): string | null {
  if (title === null || detail === null) return title ?? detail;
  return `${title}: ${detail}`;
}

function objectIn(json: object, key: string): object | null {
  const value: unknown = Reflect.get(json, key);
  return typeof value === "object" && value !== null ? value : null;
}

function codeIn(json: object, key: string): string | null {
  const code = stringIn(json, key);
  return code !== null && CODE.test(code) ? code : null;
}

function stringIn(json: object, key: string): string | null {
  const value: unknown = Reflect.get(json, key);
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? clip(value) : null;
}

function clip(text: string): string {
  return text.length > KEPT_CHARACTERS ? `${text.slice(0, KEPT_CHARACTERS)}…` : text;
}
