import { describe, expect, test } from "@jest/globals";
import { createFindProxy } from "./proxy.ts";

function proxyOf(url: string, no?: string): string | undefined {
  const find = createFindProxy({ https: "http://secure:1", http: "http://plain:2", ...(no !== undefined && { no }) });
  return find(new URL(url))?.host;
}

describe("createFindProxy", () => {
  test("takes the proxy of the address's own scheme", () => {
    expect(proxyOf("https://eu.sms.api.sinch.com/x")).toBe("secure:1");
    expect(proxyOf("http://eu.sms.api.sinch.com/x")).toBe("plain:2");
  });

  test("takes none where there is none for the scheme", () => {
    expect(createFindProxy({ https: "http://secure:1" })(new URL("http://a.b/"))).toBeNull();
    expect(createFindProxy({ https: "", http: " " })(new URL("http://a.b/"))).toBeNull();
    expect(createFindProxy({})(new URL("https://a.b/"))).toBeNull();
  });

  test.each([
    ["*", "https://eu.sms.api.sinch.com/"],
    ["api.sinch.com", "https://eu.sms.api.sinch.com/"],
    [".sinch.com", "https://eu.sms.api.sinch.com/"],
    ["*.sinch.com", "https://eu.sms.api.sinch.com/"],
    ["EU.SMS.API.SINCH.COM", "https://eu.sms.api.sinch.com/"],
    ["a.b, sinch.com", "https://eu.sms.api.sinch.com/"],
    ["a.b sinch.com", "https://eu.sms.api.sinch.com/"],
    ["sinch.com:443", "https://eu.sms.api.sinch.com/"],
    ["sinch.com:80", "http://eu.sms.api.sinch.com/"],
    ["sinch.com:8443", "https://eu.sms.api.sinch.com:8443/"],
    ["10.1.2.3", "http://10.1.2.3:8090/"],
    ["10.1.2.3:8090", "http://10.1.2.3:8090/"],
    ["10.0.0.0/8", "http://10.1.2.3/"],
    ["fd00::/8", "http://[fd00::1]/"],
    ["fd00::1", "http://[fd00::1]/"],
    ["[fd00::1]:80", "http://[fd00::1]/"],
    ["", "http://127.0.0.1:8090/"],
    ["", "http://127.9.9.9/"],
    ["", "http://localhost/"],
    ["", "https://[::1]/"],
  ])("with %p goes directly to %s", (no, url) => {
    expect(proxyOf(url, no)).toBeUndefined();
  });

  test.each([
    ["inch.com", "https://eu.sms.api.sinch.com/"],
    ["sinch.com.evil", "https://eu.sms.api.sinch.com/"],
    ["sms", "https://eu.sms.api.sinch.com/"],
    ["sinch.com:80", "https://eu.sms.api.sinch.com/"],
    ["10.1.2.3:80", "http://10.1.2.3:8090/"],
    ["10.0.0.0/8", "http://11.1.2.3/"],
    ["10.0.0.0/8", "http://a.b/"],
    ["10.0.0.0/99", "http://10.1.2.3/"],
    ["10.0.0.0/x", "http://10.1.2.3/"],
    ["fd00::/8", "http://10.1.2.3/"],
    ["2.3", "http://10.1.2.3/"],
    [",, ,", "http://a.b/"],
  ])("with %p goes over the proxy to %s", (no, url) => {
    expect(proxyOf(url, no)).toBeDefined();
  });

  test.each(["proxy:3128", "proxy", "http://proxy:3128", "https://proxy", "http://ann:p%40ss@proxy", " proxy "])(
    "understands the proxy %p",
    (https) => {
      expect(createFindProxy({ https })(new URL("https://a.b"))?.hostname).toBe("proxy");
    },
  );

  test.each([
    "socks5://ann:secret@proxy",
    "http://ann:secret@",
    "http://ann:secret%zz@proxy",
    "ftp://ann:secret@proxy",
  ])("refuses %p, and does not repeat it", (https) => {
    const attempt = (): unknown => createFindProxy({ https });
    expect(attempt).toThrow(new TypeError("proxy.https: expected an http or https URL, got something else"));
  });
});
