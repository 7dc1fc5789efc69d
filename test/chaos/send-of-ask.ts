import type { Send } from "@volley/contract";
import { people } from "../stage/people.ts";
import type { PlannedAsk } from "./chaos-plan.ts";

/** The send that an ask stands for: the same one every time. */
export function sendOfAsk(ask: PlannedAsk): Send {
  const valid = people(ask.recipients, ask.first);
  const duplicates = valid.slice(0, ask.duplicates).map((number) => `+${number.slice(0, 2)} ${number.slice(2)}`);
  const invalid = Array.from({ length: ask.invalid }, (_, index) => `+${index + 1}`);
  const to = [...valid, ...duplicates, ...invalid];
  if (!ask.hasParameters) return { from: "12015550123", to, body: `Hello from ${ask.key}` };
  const names = Object.fromEntries(valid.map((number) => [number, `N${number.slice(-5)}`]));
  return {
    from: "12015550123",
    to,
    body: "Hello ${name}",
    parameters: { name: { ...names, default: "you" } },
  };
}
