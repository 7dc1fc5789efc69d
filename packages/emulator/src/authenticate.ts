/** Service plans and their API tokens; undefined accepts every plan with any token. */
export type Plans = ReadonlyMap<string, string> | undefined;

const BEARER = /^Bearer +(\S+) *$/i;

/** Whether the token is the plan's own. Plans are isolated: another plan's token does not count. */
export function isAuthenticated(plans: Plans, plan: string, authorization: string | undefined): boolean {
  const token = BEARER.exec(authorization ?? "")?.[1];
  if (token === undefined) return false;
  return plans === undefined || plans.get(plan) === token;
}
