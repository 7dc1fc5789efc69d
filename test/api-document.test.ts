import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { type Browser, chromium } from "playwright-core";
import { openApi } from "../apps/api/src/document/open-api.ts";
import { ROUTES } from "../apps/api/src/serve/routes.ts";
import { type ApiRig, startApiRig } from "./api-rig.ts";
import { CHROMIUM_FLAGS } from "./browser/chromium-flags.ts";
import { findChromium } from "./browser/find-chromium.ts";

/** The document that is kept for whoever reads the repository, or makes a client of it. */
const KEPT = new URL("../docs/openapi.json", import.meta.url);
const HOW = "UPDATE_DOCUMENT=1 node test/run.mjs test/api-document.test.ts writes it";

const manifest = JSON.parse(readFileSync(new URL("../apps/api/package.json", import.meta.url), "utf8")) as {
  version: string;
};
const document = `${JSON.stringify(openApi(ROUTES, manifest.version), null, 2)}\n`;

let rig: ApiRig;
let browser: Browser;

beforeAll(async () => {
  if (process.env["UPDATE_DOCUMENT"]) writeFileSync(KEPT, document);
  rig = await startApiRig();
  browser = await chromium.launch({ executablePath: await findChromium(), args: CHROMIUM_FLAGS });
});

afterAll(async () => {
  await browser?.close();
  await rig?.stop();
});

describe("the document", () => {
  it("is the one that is kept, and that the API serves", async () => {
    expect({ HOW, document: readFileSync(KEPT, "utf8") }).toEqual({ HOW, document });
    const served = await fetch(`${rig.url}/openapi.json`);
    expect(await served.json()).toEqual(JSON.parse(document));
  });

  it("has nothing that a linter would change", async () => {
    const config = await createConfig({ extends: ["recommended"] });
    const problems = await lintFromString({ source: document, absoluteRef: "/openapi.json", config });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });
});

it("is a page for people, which asks nobody else for anything and runs nothing", async () => {
  const page = await browser.newPage();
  const [asked, complaints]: string[][] = [[], []];
  page.on("request", (request) => void asked?.push(request.url()));
  page.on("console", (message) => void complaints?.push(message.text()));
  const response = await page.goto(`${rig.url}/docs`);
  const policy = response?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|script-src|https?:/);
  const paths = await page.locator("nav code").allTextContents();
  expect(paths.toSorted()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted());
  for (const { operation } of ROUTES) expect(await page.locator(`#${operation}`).count()).toBe(1);
  await page.getByRole("link", { name: "GET /v1/sends/{id}", exact: true }).click();
  expect(page.url()).toBe(`${rig.url}/docs#getSend`);
  expect(await page.evaluate("getComputedStyle(document.body).maxWidth")).toBe("960px");
  expect(asked?.map((url) => new URL(url).pathname).toSorted()).toEqual(["/docs", "/docs/style.css"]);
  expect(complaints).toEqual([]);
});
