import { type CompactSet, createCompactSet } from "./compact-set.ts";
import { isHidden, type Numbering, readToken, TOKEN_LENGTH } from "../terms/numbering.ts";
import { scopeCode, senderKey } from "../terms/scope.ts";
import { UnreadableListError } from "./version.ts";

/** Who a message is from. */
export type From = {
  readonly region: string;
  /** `undefined` where the provider chooses it: then whoever is suppressed for any sender is. */
  readonly sender: string | undefined;
};

/** The list, or as much of it as was read. */
export type KnownList = ReturnType<typeof createKnownList>;

/** A list of which nothing was read yet. */
export function createKnownList() {
  const set: CompactSet = createCompactSet();
  const scopes = new Map<string, number>([["", 0]]);
  const senders = new Set<number>();
  let hasHidden = false;
  const idOf = (code: string): number => {
    const id = scopes.get(code) ?? scopes.size;
    if (id > 65_535) throw new UnreadableListError("the suppression list has more than 65,536 scopes");
    scopes.set(code, id);
    if (code.startsWith("s")) senders.add(id);
    return id;
  };
  return {
    size: () => ({ entries: set.size(), bytes: set.bytes() }),
    apply: (isAdded: boolean, field: string): void => {
      const token = readToken(field);
      if (Number.isNaN(token)) throw new UnreadableListError("the suppression list has an entry that is none");
      const scope = idOf(field.slice(TOKEN_LENGTH));
      hasHidden ||= isHidden(token);
      if (isAdded) set.add(token, scope);
      else set.remove(token, scope);
    },
    among: (values: () => Float64Array, { region, sender }: From, { tokensOf, hidden }: Numbering): number[] => {
      if (set.size() === 0) return [];
      const regionId = scopes.get(scopeCode({ region })) ?? 0;
      const senderId = sender === undefined ? 0 : (scopes.get(`s${senderKey(sender)}`) ?? 0);
      const applies = (scope: number): boolean =>
        scope === 0 || scope === regionId || scope === senderId || (sender === undefined && senders.has(scope));
      const found = set.among(tokensOf(values()), applies);
      if (hidden === null || !hasHidden) return found;
      const forgotten = set.among(hidden.tokensOf(values()), applies);
      return [...new Set([...found, ...forgotten])].sort((one, other) => one - other);
    },
  };
}
