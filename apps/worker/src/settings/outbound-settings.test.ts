import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createSettingsReader, type Environment, SettingsError } from "@volley/runtime";
import { type OutboundSettings, readOutboundSettings } from "./outbound-settings.ts";

function read(environment: Environment): OutboundSettings | readonly string[] {
  const reader = createSettingsReader(environment);
  const settings = readOutboundSettings(reader);
  try {
    return reader.finish(settings);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe("readOutboundSettings", () => {
  it("has a default for everything", () => {
    expect(read({})).toEqual({ proxy: {} });
  });

  it("takes the host that gives tokens", () => {
    expect(read({ VOLLEY_AUTH_URL: "http://127.0.0.1:8090" })).toEqual({
      authUrl: "http://127.0.0.1:8090",
      proxy: {},
    });
    expect(read({ VOLLEY_AUTH_URL: "https://auth.example/oauth2/token" })).toEqual([
      "VOLLEY_AUTH_URL: expected a scheme and a host without a path, got one with more than that",
    ]);
  });

  it("takes one of two HTTP clients", () => {
    expect(read({ VOLLEY_HTTP_CLIENT: "node" })).toEqual({ httpClient: "node", proxy: {} });
    expect(read({ VOLLEY_HTTP_CLIENT: "undici" })).toEqual([
      expect.stringMatching(/^VOLLEY_HTTP_CLIENT: expected .*got.*node/),
    ]);
  });

  it("takes proxies from the usual variables, the lower case ones first", () => {
    const upper = { HTTPS_PROXY: "http://proxy:3128", HTTP_PROXY: "http://plain:3128", NO_PROXY: "10.0.0.0/8,.local" };
    const proxy = { https: "http://proxy:3128", http: "http://plain:3128", no: "10.0.0.0/8,.local" };
    expect(read(upper)).toEqual({ proxy });
    expect(read({ ...upper, https_proxy: "lower:1", http_proxy: "lower:2", no_proxy: "*" })).toEqual({
      proxy: { https: "lower:1", http: "lower:2", no: "*" },
    });
    expect(read({ ...upper, https_proxy: "" })).toEqual({ proxy });
  });

  it.each(["HTTPS_PROXY", "http_proxy"])("refuses what is no proxy in %s, and does not repeat its password", (name) => {
    const problems = read({ [name]: "socks5://user:hush@proxy:1080" });
    expect(problems).toEqual([`${name}: expected the http or https URL of a proxy, got a value that is not (hidden)`]);
  });
});

describe("VOLLEY_CA_FILE", () => {
  let folder: string;
  const write = (text: string): string => {
    const path = join(folder, "authorities.pem");
    writeFileSync(path, text);
    return path;
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "volley-authorities-"));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it("is read, however many certificates it holds", () => {
    const pem = `# two of them\n${rootCertificates.slice(0, 2).join("\n")}\n`;
    expect(read({ VOLLEY_CA_FILE: write(pem) })).toEqual({ ca: pem, proxy: {} });
  });

  it.each([
    ["empty", " \n", "an empty one"],
    ["something else", "-----BEGIN PRIVATE KEY-----", "one without any"],
    ["a broken certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "a broken one"],
    [
      "a good one and a broken one",
      `${rootCertificates[0]}\n${rootCertificates[1]?.replace("MII", "MI")}`,
      "a broken one",
    ],
  ])("is refused when it is %s", (_name, text, got) => {
    const path = write(text);
    expect(read({ VOLLEY_CA_FILE: path })).toEqual([
      `VOLLEY_CA_FILE: expected a file of certificates in PEM, got ${got}`,
    ]);
  });

  it("is refused when it cannot be read", () => {
    const path = join(folder, "nothing.pem");
    expect(read({ VOLLEY_CA_FILE: path })).toEqual([
      `VOLLEY_CA_FILE: expected a file of certificates in PEM, got one that cannot be read (ENOENT)`,
    ]);
    expect(read({ VOLLEY_CA_FILE: folder })).toEqual([expect.stringMatching(/cannot be read.*\(EISDIR\)$/)]);
  });
});
