import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ANN } from "../every-kind.ts";
import { eventually } from "../stage/eventually.ts";
import { type BoardRig, PASSWORD, startBoardRig, violations } from "./board-rig.ts";
import { takePictures } from "./take-pictures.ts";
import { telling } from "./telling-answers.ts";

let rig: BoardRig;
let open: BoardRig["open"];
let world: BoardRig["world"];
let url: string;

beforeAll(async () => {
  rig = await startBoardRig();
  ({ open, world, url } = rig);
}, 300_000);

afterAll(async () => rig.close());

describe("every page", () => {
  const pages = ["/", "/sends", "/maybe", "/inbox", "/events", "/log"];

  it.each([
    ["light, wide", { width: 1280, scheme: "light" }],
    ["dark, on a phone", { width: 360, scheme: "dark" }],
  ] as const)(
    "is readable and complains of nothing: %s",
    async (_name, look) => {
      const { page, complaints, hosts } = await open("operator", look);
      const { ended, done, waiting } = await rig.someSends();
      const endpoint = (await world.producer.endpoints.list())[0]?.id ?? "";
      const more = [ended, done].map((id) => `/sends/${id}`);
      const previews = [
        "/regions/eu/pause",
        "/regions/eu/limits",
        `/sends/${waiting}/cancel`,
        `/sends/${ended}/retry`,
        "/bulk/cancel",
        `/endpoints/${endpoint}/replay`,
      ];
      const wrong: string[] = [];
      for (const path of [...pages, ...more, ...previews]) {
        const response = await page.goto(url + path);
        if (response?.status() !== 200) wrong.push(`${path}: ${response?.status()}`);
        wrong.push(...(await violations(page)).map((each) => `${path}: ${each}`));
        if (await page.evaluate("document.documentElement.scrollWidth > innerWidth")) wrong.push(`${path}: too wide`);
        expect(await page.locator("main").innerText()).not.toMatch(/undefined|\[object|NaN/);
      }
      expect(wrong).toEqual([]);
      await takePictures(page, rig, look.scheme);
      expect([complaints, [...hosts]]).toEqual([[], [new URL(url).host]]);
    },
    240_000,
  );

  it("is there without scripts, with times in UTC, and with them in the viewer's zone", async () => {
    const plain = await open("viewer", { scripts: false });
    await plain.page.goto(`${url}/sends`);
    const [time] = await plain.page.locator("td time").allInnerTexts();
    expect(time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    const { page } = await open("viewer");
    await page.goto(`${url}/sends`);
    const shown = page.locator("td time").first();
    expect(await shown.innerText()).not.toContain("UTC");
    expect(await shown.getAttribute("title")).toMatch(/\d{4}-\d\d-\d\dT.*Z\)$/);
  });
});

describe("whoever comes", () => {
  it("signs in with the keyboard alone, gets a wrong password told, and goes from page to page", async () => {
    const { page, complaints } = await open(null);
    await page.goto(`${url}/sends`);
    expect(await violations(page)).toEqual([]);
    const type = async (password: string) => {
      await page.locator("input[name=name]").focus();
      await page.keyboard.type("operator");
      await page.keyboard.press("Tab");
      await page.keyboard.type(password);
      await page.keyboard.press("Enter");
    };
    await type("wrong horse");
    await page.getByRole("alert").getByText("do not belong together").waitFor();
    await type(PASSWORD);
    await page.getByRole("heading", { name: "Sends", level: 1 }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    await page.getByRole("link", { name: "Inbox" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Inbox", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
    expect(complaints.filter((each) => !each.includes("401"))).toEqual([]);
  });

  it("is told after too many wrong passwords that there is a wait", async () => {
    const { page } = await open(null);
    await page.goto(`${url}/sign-in`);
    for (let tries = 0; tries < 12; tries += 1) {
      await page.locator("input[name=name]").fill("nobody");
      await page.locator("input[name=password]").fill("wrong horse");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
    }
    expect(await page.getByRole("alert").innerText()).toContain("Too many wrong passwords");
  }, 120_000);

  it("as a viewer sees no button of an operator's", async () => {
    const { page } = await open("viewer");
    const { ended } = await rig.someSends();
    for (const path of ["/", "/sends", `/sends/${ended}`, "/maybe", "/inbox", "/events"]) {
      await page.goto(url + path);
      expect(await page.locator("main").innerText()).not.toMatch(/Pause|Cancel|once more|Reveal|Stop:/);
    }
    const response = await page.goto(`${url}/regions/eu/pause`);
    expect([response?.status(), await page.getByRole("alert").innerText()]).toEqual([
      403,
      "Only an operator may do that; you are a viewer.",
    ]);
  });
});

describe("an operator", () => {
  it("pauses a region for a reason and resumes it, and sees it on the page as it happens", async () => {
    const watching = await open("viewer");
    await watching.page.goto(url);
    const { page } = await open("operator");
    await page.goto(url);
    await page.getByRole("link", { name: "Pause us…" }).click();
    await page.getByLabel("Reason").fill("the provider asked +46701234567");
    await page.getByRole("button", { name: "Pause us" }).click();
    await page.getByText("us is paused").waitFor();
    await watching.page.locator("#region-us").locator("..").getByText("paused", { exact: true }).waitFor();
    await page.goto(url);
    await page.getByRole("link", { name: "Resume us…" }).click();
    await page.getByLabel("Reason").fill("well again");
    await page.getByRole("button", { name: "Resume us" }).click();
    await page.getByText("us is not paused").waitFor();
    expect((await rig.actions()).slice(0, 2)).toMatchObject([
      { who: "operator", what: "region.resume", about: "us", reason: "well again" },
      { who: "operator", what: "region.pause", about: "us", reason: "the provider asked [number]" },
    ]);
  });

  it("changes limits after a look at what changes", async () => {
    const { page } = await open("operator");
    await page.goto(`${url}/regions/us/limits`);
    await page.getByLabel("Rate a second").fill("250");
    await page.getByRole("button", { name: "See what changes" }).click();
    await page.getByText("none → 250").waitFor();
    await page.getByLabel("Reason").fill("they let us");
    await page.getByRole("button", { name: "Change limits" }).click();
    await page.getByText("Changed: rate: none to 250.").waitFor();
    expect((await world.producer.region("us").limits()).limits.rate).toBe(250);
  });

  it("decides a maybe", async () => {
    const { page } = await open("operator");
    await page.goto(`${url}/maybe`);
    const before = (await world.producer.suppressions.held()).held.length;
    await page.getByRole("button", { name: "Go on" }).first().click();
    await page.getByText("is let go").waitFor();
    expect((await world.producer.suppressions.held()).held).toHaveLength(before - 1);
    expect((await rig.actions())[0]).toMatchObject({ who: "operator", what: "maybe.no" });
  });

  it("reveals with a reason alone, and that stands in the log", async () => {
    const { page } = await open("operator");
    await page.goto(`${url}/inbox`);
    await page.getByText("Reveal these numbers and texts…").click();
    await page.getByLabel("Reason").fill("she asks about ticket 4711");
    await page.getByRole("button", { name: "Reveal" }).click();
    await page.getByText(ANN).first().waitFor();
    await page.goto(`${url}/log`);
    const line = page.getByRole("row").nth(1);
    expect(await line.innerText()).toMatch(/operator.*reveal.*inbox.*she asks about ticket 4711/s);
    const body = new URLSearchParams({ reason: "" });
    const cookie = `volley_board=${await rig.tokenOf("operator")}`;
    expect((await fetch(`${url}/inbox/reveal`, { method: "POST", body, headers: { cookie } })).status).toBe(400);
  });

  it("cancels a send after a look at what that does", async () => {
    const { page } = await open("operator");
    const { waiting } = await rig.someSends();
    await page.goto(`${url}/sends?q=${waiting}`);
    await page.getByRole("link", { name: "Cancel…" }).click();
    await page.getByText("Nothing more of it goes to the provider.").waitFor();
    await page.getByLabel("Reason").fill("a wrong text");
    await page.getByRole("button", { name: "Cancel this send" }).click();
    await page.getByRole("heading", { name: "Canceled" }).waitFor();
    await eventually(
      async () =>
        (await world.producer.status(waiting))?.cancelAskedAt ?? (await world.producer.status(waiting))?.result,
      "canceled",
    );
    expect((await rig.actions())[0]).toMatchObject({ what: "send.cancel", about: waiting, reason: "a wrong text" });
  });

  it("cancels all that match, and not where others match by then", async () => {
    const { page } = await open("operator");
    const add = async (key: string) =>
      world.producer.enqueue(
        {
          from: "Volley",
          to: ["46700000001", "46700000002"],
          body: "Hi",
          label: "wrong-one",
          send_at: new Date(Date.now() + 3_600_000).toISOString(),
        },
        { region: "eu", idempotencyKey: key },
      );
    const first = await add("bulk 1");
    await page.goto(`${url}/sends?label=wrong-one`);
    await page.getByRole("link", { name: "Cancel all that match…" }).click();
    await page.getByText("1 send, at most 2 recipients, about 2 segments").waitFor();
    await add("bulk 2");
    await page.getByLabel("Reason").fill("a wrong text");
    await page.getByRole("button", { name: "Cancel them all" }).click();
    await page.getByText("nothing was done").waitFor();
    expect((await world.producer.status(first.id))?.cancelAskedAt).toBeUndefined();
    await page.goto(`${url}/bulk/cancel?label=wrong-one`);
    await page.getByText("2 sends, at most 4 recipients, about 4 segments").waitFor();
    await page.getByLabel("Reason").fill("a wrong text");
    await page.getByRole("button", { name: "Cancel them all" }).click();
    await page.getByText("2 sends stopped.").waitFor();
    expect((await rig.actions())[0]).toMatchObject({ what: "bulk.cancel", about: "2 sends" });
  });
});

it("shows a campaign's progress as it moves", async () => {
  await world.producer.region("eu").setLimits({ rate: 400 });
  const { page, complaints } = await open("viewer");
  await page.goto(`${url}/sends/${world.waiting.staged}`);
  const progress = page.getByLabel("Progress", { exact: true });
  await progress.getByText("queued").waitFor();
  await world.rig.startWorker();
  await progress.getByText(/^[12] of 3$/).waitFor({ timeout: 60_000 });
  await progress
    .getByText(/^(?:accepted|partial)$/)
    .first()
    .waitFor({ timeout: 60_000 });
  expect(complaints).toEqual([]);
}, 180_000);

it("answers nobody with a number or a text that was not revealed", async () => {
  expect(await telling(rig)).toEqual([]);
}, 120_000);
