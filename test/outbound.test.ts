import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type LocalProxy, startLocalProxy } from "../packages/sinch/test/local-proxy.ts";
import { type LocalServer, startLocalTlsServer } from "../packages/sinch/test/local-server.ts";
import { giveToken } from "../packages/sinch/test/project-server.ts";
import { TEST_CERTIFICATE } from "../packages/sinch/test/test-certificate.ts";
import { eventually } from "./stage/eventually.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const SEND = { from: "Volley", to: ["46701234567"], body: "Hello" };
const LOGIN = "ann:p%40ss";

describe("a provider that is reached over a proxy only, under an authority of one's own", () => {
  let stage: Stage;
  let proxy: LocalProxy;
  let provider: LocalServer;
  let folder: string;
  let environment: Readonly<Record<string, string>>;

  beforeAll(async () => {
    stage = await setUpStage();
    proxy = await startLocalProxy();
    provider = await startLocalTlsServer(({ url }, response) => {
      if (url === "/oauth2/token") giveToken(response, "token-1");
      else response.writeHead(201).end('{"id": "01HEAWCHESCXG8SDG5R10VF8E1"}');
    });
    folder = mkdtempSync(join(tmpdir(), "volley-outbound-"));
    writeFileSync(join(folder, "authorities.pem"), TEST_CERTIFICATE);
    // Nobody but the proxy knows the name.
    const url = provider.baseUrl.replace("127.0.0.1", "sms.example.test");
    environment = {
      VOLLEY_US_SERVICE_PLAN_ID: "",
      VOLLEY_US_API_TOKEN: "",
      VOLLEY_US_PROJECT_ID: "project",
      VOLLEY_US_KEY_ID: "key",
      VOLLEY_US_KEY_SECRET: "secret",
      VOLLEY_US_BASE_URL: url,
      VOLLEY_AUTH_URL: url,
      https_proxy: proxy.url.replace("://", `://${LOGIN}@`),
    };
  });

  afterAll(async () => {
    await stage.close();
    await proxy.close();
    await provider.close();
    rmSync(folder, { recursive: true });
  });

  it("gets nothing, not even the key, while that authority is not trusted", async () => {
    const worker = await stage.startWorker(environment);
    await stage.queue("us").add("send", SEND);
    const { host } = new URL(String(environment["VOLLEY_US_BASE_URL"]));
    const isTold = (): boolean =>
      worker.log().some((line) => line["code"] === "wrong_certificate" && line["host"] === host);
    await eventually(isTold, "a suspension");
    await worker.stop();
    expect(provider.requests).toEqual([]);
    expect(worker.output()).not.toContain("p%40ss");
  });

  it("gets tokens asked for and batches through the tunnel when it is", async () => {
    await stage.startWorker({ ...environment, VOLLEY_CA_FILE: join(folder, "authorities.pem") });
    const { returnvalue } = await stage.ended(await stage.queue("us").add("send", SEND));

    expect(returnvalue).toMatchObject({ state: "accepted", batches: [{ id: "01HEAWCHESCXG8SDG5R10VF8E1" }] });
    expect(provider.requests.filter(({ url }) => url === "/oauth2/token")).toHaveLength(1);
    expect(provider.requests.at(-1)).toMatchObject({
      url: "/xms/v1/project/batches",
      headers: { authorization: "Bearer token-1" },
    });
    const { host } = new URL(String(environment["VOLLEY_US_BASE_URL"]));
    expect(new Set(proxy.tunnels.map(({ target }) => target))).toEqual(new Set([host]));
    expect(proxy.tunnels.at(-1)?.authorization).toBe(`Basic ${Buffer.from("ann:p@ss").toString("base64")}`);
    expect(proxy.forwarded).toEqual([]);
  });
});
