import { z } from "zod";
import { type Expected, expectJson } from "../api/expected.ts";
import { listOf, numberField, textField, texts, textsField } from "../api/optional-field.ts";

const keywordsSchema = z.looseObject({ first_word: textField, second_word: textField }).optional().catch(undefined);

const groupSchema = z.looseObject({
  id: z.string().min(1),
  name: textField,
  /** How many numbers it has; which, `members` tells. */
  size: numberField,
  created_at: textField,
  modified_at: textField,
  child_groups: textsField,
  auto_update: z
    .looseObject({ to: textField, add: keywordsSchema, remove: keywordsSchema })
    .optional()
    .catch(undefined),
});

const groupPageSchema = z.looseObject({ count: numberField, groups: listOf(groupSchema) });

/** A group of recipients: its ID may stand among the recipients of a batch. */
export type Group = z.infer<typeof groupSchema>;

/** One page of a list of groups. */
export type GroupPage = z.infer<typeof groupPageSchema>;

const groupTagsSchema = z.looseObject({ tags: texts });

/** The tags of a group. */
export type GroupTags = z.infer<typeof groupTagsSchema>;

/** Expects a group. */
export const GROUP: Expected<Group> = expectJson("no_group_id", "a group's ID", groupSchema);

/** Expects a page of groups. */
export const GROUP_PAGE: Expected<GroupPage> = expectJson("no_list", "a list of groups", groupPageSchema);

/** Expects a bare list of numbers. */
export const MEMBERS: Expected<readonly string[]> = expectJson(
  "no_list",
  "a list of numbers",
  listOf(z.union([z.string(), z.number().transform(String)])),
);

/** Expects the tags of a group. */
export const GROUP_TAGS: Expected<GroupTags> = expectJson("no_list", "a list of tags", groupTagsSchema);
