/** How it came that somebody is suppressed. */
export const ENTRY_KINDS = ["stop", "network", "operator", "maybe"] as const;

/** One of {@link ENTRY_KINDS}: asked for it, said by a network's code, decided by a person, or held until one decides. */
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Why somebody is suppressed. */
export type Entry = {
  readonly kind: EntryKind;
  /** When it was asked for. Kept to the second. */
  readonly at: Date;
  /** Who has put it in: `inbound`, `import`, a person. At most 60 characters. */
  readonly who: string;
  /** In words, or by the ID of an inbound. At most 200 characters. */
  readonly why: string;
};

/** The most characters of each. */
export const ENTRY_LIMITS = { who: 60, why: 200 } as const;

const CONTROL = /\p{Cc}+/gu;
const SECOND_MS = 1_000;

/** An entry as it stands in Redis. Its first character is that of its kind: `m` may be overwritten by any other. */
export function packEntry({ kind, at, who, why }: Entry): string {
  const clean = [who, why].map((text) => text.replace(CONTROL, " ").trim());
  return `${kind.charAt(0)}${Math.floor(at.getTime() / SECOND_MS).toString(36)}\n${clean.join("\n")}`;
}

/** Reads what {@link packEntry} has written. @returns `null` for anything else */
export function unpackEntry(text: string): Entry | null {
  const [head = "", who, why] = text.split("\n");
  const kind = ENTRY_KINDS.find((each) => each.startsWith(head.charAt(0)) && head !== "");
  const seconds = Number.parseInt(head.slice(1), 36);
  if (kind === undefined || Number.isNaN(seconds) || who === undefined || why === undefined) return null;
  return { kind, at: new Date(seconds * SECOND_MS), who, why };
}
