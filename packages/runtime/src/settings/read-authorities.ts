import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { SettingsReader } from "./settings-reader.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g;

/**
 * Reads the file of certificate authorities that a variable names. Each is checked here: TLS passes over what is no
 * certificate in silence, and would then refuse every connection. No message repeats the path: a token may stand in its
 * place.
 *
 * @returns PEM; `undefined` when it is unset or cannot be used
 */
export function readAuthorities(reader: SettingsReader, variable: string): string | undefined {
  const path = reader.optionalText(variable);
  if (path === undefined) return undefined;
  const expected = `${variable}: expected a file of certificates in PEM, got`;
  try {
    const pem = readFileSync(path, "utf8");
    const certificates = pem.match(CERTIFICATE) ?? [];
    if (certificates.length > 0 && certificates.every(isCertificate)) return pem;
    const got = pem.trim() === "" ? "an empty one" : certificates.length === 0 ? "one without any" : "a broken one";
    reader.problem(`${expected} ${got}`);
  } catch (error) {
    reader.problem(`${expected} one that cannot be read (${codeOf(error)})`);
  }
  return undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).fingerprint256 !== "";
  } catch {
    return false;
  }
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown reason";
}
