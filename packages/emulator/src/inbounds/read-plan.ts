/** The plan that receives a message, or why there is none. */
export type ReadPlan =
  { readonly isKnown: true; readonly plan: string } | { readonly isKnown: false; readonly problem: string };

/**
 * Reads which plan receives a message. What came to a plan that nobody has, nobody could ever list.
 *
 * @param given - what the message says; undefined is right where there is exactly one plan
 * @param names - the plans and projects that exist; undefined when any does
 */
export function readPlan(given: unknown, names: readonly string[] | undefined): ReadPlan {
  const [only, ...others] = names ?? [];
  const plan = given === undefined && others.length === 0 ? only : given;
  if (plan === undefined) return unknownPlan("there is not exactly one plan, so say which receives it");
  if (typeof plan !== "string" || plan === "") return unknownPlan("expected the name of a plan");
  if (names?.includes(plan) === false) return unknownPlan(`there is no plan or project called "${plan}"`);
  return { isKnown: true, plan };
}

function unknownPlan(reason: string): ReadPlan {
  return { isKnown: false, problem: `plan: ${reason}` };
}
