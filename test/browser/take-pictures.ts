import type { Page } from "playwright-core";
import type { BoardRig } from "./board-rig.ts";

/** Where pictures go when they are made anew: `BOARD_PICTURES=docs/board`. Without it none are. */
const FOLDER = process.env["BOARD_PICTURES"];

/** Makes the pictures of `docs/board.md`: every page in light, the first one on a phone in the dark. */
export async function takePictures(page: Page, rig: BoardRig, scheme: "light" | "dark"): Promise<void> {
  if (FOLDER === undefined) return;
  const { done, waiting } = await rig.someSends();
  const wide = {
    regions: "/",
    sends: "/sends",
    send: `/sends/${done}`,
    cancel: `/sends/${waiting}/cancel`,
    bulk: "/bulk/cancel",
    maybe: "/maybe",
    inbox: "/inbox",
    events: "/events",
    log: "/log",
  };
  await page.setViewportSize({ width: scheme === "dark" ? 360 : 1_000, height: 640 });
  for (const [name, path] of Object.entries(scheme === "dark" ? { phone: "/" } : wide)) {
    await page.goto(rig.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: name === "regions" });
  }
}
