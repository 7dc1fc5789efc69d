import { formatInstant } from "../values/instant.ts";

/** Words that a phone texts to join or leave a group; compared without regard to upper and lower case. */
export interface Keywords {
  readonly first_word: string;
  readonly second_word?: string;
}

/** Who joins or leaves a group by texting `to`. */
export interface AutoUpdate {
  /** Without `+`. */
  readonly to: string;
  readonly add?: Keywords;
  readonly remove?: Keywords;
}

/** A group of numbers. */
export interface Group {
  readonly id: string;
  readonly createdAtMs: number;
  modifiedAtMs: number;
  name: string | undefined;
  /** Its own numbers, without those of its child groups. */
  members: Set<number>;
  childGroups: readonly string[];
  autoUpdate: AutoUpdate | undefined;
  tags: readonly string[];
}

/**
 * A group as Sinch shows it: never with its numbers, which `GET /groups/{group_id}/members` has.
 *
 * @param size - how many numbers it has with its child groups
 */
export function groupBody(group: Group, size: number): Readonly<Record<string, unknown>> {
  return {
    id: group.id,
    ...(group.name === undefined ? {} : { name: group.name }),
    size,
    created_at: formatInstant(group.createdAtMs),
    modified_at: formatInstant(group.modifiedAtMs),
    ...(group.childGroups.length === 0 ? {} : { child_groups: group.childGroups }),
    ...(group.autoUpdate === undefined ? {} : { auto_update: group.autoUpdate }),
  };
}
