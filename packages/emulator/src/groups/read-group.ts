import { missing } from "../values/fields.ts";
import type { Fields } from "../values/fields.ts";
import { forbidden, invalidJson, unknownGroup } from "../values/refusal.ts";
import type { Refusal } from "../values/refusal.ts";
import { checkAutoUpdate, checkChildGroups, checkMembers, checkName } from "./check-group.ts";
import type { Group } from "./group.ts";
import type { GroupContent, GroupStore } from "./group-store.ts";

/** Where a group is, or is to be. */
export interface GroupPlace {
  readonly groups: GroupStore;
  readonly plan: string;
  /** The group that is changed; undefined for a new one. */
  readonly id?: string;
}

/** Reads the body of a new group, or of one that takes another's place, which needs `members`. */
export function readGroup(fields: Fields, place: GroupPlace): GroupContent | Refusal {
  const { groups, plan, id } = place;
  if (id !== undefined && (fields["members"] ?? undefined) === undefined) return missing("members");
  const name = checkName(fields);
  if (!name.isValid) return name.refusal;
  const members = checkMembers(fields, "members");
  if (!members.isValid) return members.refusal;
  const childGroups = checkChildGroups(fields, (child) => groups.has(plan, child));
  if (!childGroups.isValid) return childGroups.refusal;
  const autoUpdate = checkAutoUpdate(fields);
  if (!autoUpdate.isValid) return autoUpdate.refusal;
  const conflict = checkNameIsFree(name.value, place);
  if (conflict !== undefined) return conflict;
  return { name: name.value, members: members.value, childGroups: childGroups.value, autoUpdate: autoUpdate.value };
}

/**
 * Changes a group by the body of an update: whoever is added is added first, then others are removed. Null takes the
 * name or `auto_update` away, a field that is missing changes nothing.
 */
export function updateGroup(group: Group, fields: Fields, place: GroupPlace): Refusal | undefined {
  const name = checkName(fields);
  if (!name.isValid) return name.refusal;
  const added = checkMembers(fields, "add");
  if (!added.isValid) return added.refusal;
  const removed = checkMembers(fields, "remove");
  if (!removed.isValid) return removed.refusal;
  const autoUpdate = checkAutoUpdate(fields);
  if (!autoUpdate.isValid) return autoUpdate.refusal;
  const refusal =
    checkGroupOf(fields, "add_from_group", place) ??
    checkGroupOf(fields, "remove_from_group", place) ??
    checkNameIsFree(name.value, place);
  if (refusal !== undefined) return refusal;
  if ("name" in fields) group.name = name.value;
  if ("auto_update" in fields) group.autoUpdate = autoUpdate.value;
  for (const member of [...added.value, ...membersOf(fields, "add_from_group", place)]) group.members.add(member);
  for (const member of [...removed.value, ...membersOf(fields, "remove_from_group", place)]) {
    group.members.delete(member);
  }
  return undefined;
}

function checkNameIsFree(name: string | undefined, { groups, plan, id }: GroupPlace): Refusal | undefined {
  if (name === undefined || !groups.isNameTaken(plan, name, id)) return undefined;
  return forbidden("conflict_group_name", `The group name '${name}' is already used.`);
}

function checkGroupOf(fields: Fields, name: string, { groups, plan }: GroupPlace): Refusal | undefined {
  const id = fields[name] ?? undefined;
  if (id === undefined) return undefined;
  if (typeof id !== "string") return invalidJson(`The parameter '${name}' must be a string.`);
  return groups.has(plan, id) ? undefined : unknownGroup(id);
}

function membersOf(fields: Fields, name: string, { groups, plan }: GroupPlace): Set<number> {
  const id = fields[name];
  return typeof id === "string" ? groups.members(plan, id) : new Set();
}
