/** A JSON pointer (RFC 6901). */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The pointer to a field that the contract names: `to[3]`, `options.udh`, `parameters.a.b`; `send` is all of it. */
export function pointerOfField(field: string): string {
  if (field === "send") return "";
  const value = /^(?<own>parameters)\.(?<name>.+)$/s.exec(field)?.groups;
  if (value) return pointerOf([value["own"] ?? "", value["name"] ?? ""]);
  return pointerOf(field.split(/[.[\]]+/).filter((step) => step !== ""));
}
