import type { Provider } from "./provider.ts";

/** @throws Error when somebody was left out or texted twice: such a run measures nothing */
export async function proveOnce(provider: Provider, recipients: number): Promise<void> {
  const { texted, texted_more_than_once: twice, recipients: different } = await provider.stats();
  if (texted === recipients && different === recipients && twice === 0) return;
  throw new Error(`of ${recipients} recipients ${different} were texted, ${twice} more than once`);
}
