import { monotonicFactory } from "ulid";
import type { AutoUpdate, Group, Keywords } from "./group.ts";

/** What a group is made of, apart from what the store gives it. */
export type GroupContent = Pick<Group, "name" | "members" | "childGroups" | "autoUpdate">;

/** An inbound message, as far as groups care. */
interface Message {
  readonly plan: string;
  readonly from: number;
  readonly to: string;
  readonly text: string;
}

/** The groups of every plan. Plans do not see each other's. */
export class GroupStore {
  #plans = new Map<string, Map<string, Group>>();
  #nextId = monotonicFactory(Math.random);

  create(plan: string, content: GroupContent, nowMs: number): Group {
    const id = this.#nextId(Math.floor(nowMs));
    const group: Group = { id, createdAtMs: nowMs, modifiedAtMs: nowMs, ...content, tags: [] };
    const groups = this.#plans.get(plan) ?? new Map<string, Group>();
    this.#plans.set(plan, groups.set(id, group));
    return group;
  }

  get(plan: string, id: string): Group | undefined {
    return this.#plans.get(plan)?.get(id);
  }

  has(plan: string, id: string): boolean {
    return this.get(plan, id) !== undefined;
  }

  /** Newest first. */
  list(plan: string): Group[] {
    return [...(this.#plans.get(plan)?.values() ?? [])].toReversed();
  }

  /** Whether another group of the plan has this name. */
  isNameTaken(plan: string, name: string, exceptId?: string): boolean {
    return this.list(plan).some((group) => group.name === name && group.id !== exceptId);
  }

  /** False when there is no such group. Groups that have it as a child go on without it. */
  delete(plan: string, id: string): boolean {
    return this.#plans.get(plan)?.delete(id) ?? false;
  }

  /** Every number of a group and of its child groups, each once. A group that does not exist is empty. */
  members(plan: string, id: string): Set<number> {
    const members = new Set<number>();
    this.#collect(plan, id, members, new Set());
    return members;
  }

  /** Lets an inbound message join or leave the groups whose keywords it holds. */
  receive({ plan, from, to, text }: Message, nowMs: number): void {
    const words = text.trim().toLowerCase().split(/\s+/);
    for (const group of this.#plans.get(plan)?.values() ?? []) {
      const change = matchingChange(group.autoUpdate, to, words);
      if (change === undefined) continue;
      if (change === "add") group.members.add(from);
      else group.members.delete(from);
      group.modifiedAtMs = nowMs;
    }
  }

  clear(): void {
    this.#plans.clear();
  }

  #collect(plan: string, id: string, members: Set<number>, seen: Set<string>): void {
    const group = this.get(plan, id);
    if (group === undefined || seen.has(id)) return;
    seen.add(id);
    for (const member of group.members) members.add(member);
    for (const child of group.childGroups) this.#collect(plan, child, members, seen);
  }
}

function matchingChange(
  autoUpdate: AutoUpdate | undefined,
  to: string,
  words: readonly string[],
): "add" | "remove" | undefined {
  if (autoUpdate === undefined || autoUpdate.to !== to) return undefined;
  if (hasKeywords(autoUpdate.add, words)) return "add";
  return hasKeywords(autoUpdate.remove, words) ? "remove" : undefined;
}

function hasKeywords(keywords: Keywords | undefined, words: readonly string[]): boolean {
  if (keywords === undefined || words[0] !== keywords.first_word.toLowerCase()) return false;
  return keywords.second_word === undefined || words[1] === keywords.second_word.toLowerCase();
}
