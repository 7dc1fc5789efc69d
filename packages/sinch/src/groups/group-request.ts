/** The words by which people join or leave a group. Each is one word of at most 15 letters; case does not matter. */
type Keywords = { readonly first_word: string; readonly second_word?: string };

/** Lets people join and leave by a message to a number. */
export type AutoUpdate = { readonly to: string; readonly add?: Keywords; readonly remove?: Keywords };

/** The body of `POST /groups`. */
export type NewGroup = {
  /** At most 20 characters. 403 `conflict_group_name` where another one has it. */
  readonly name?: string;
  /** At most 10,000 numbers. */
  readonly members?: readonly string[];
  /** At most 10 IDs of groups. */
  readonly child_groups?: readonly string[];
  readonly auto_update?: AutoUpdate;
};

/** The body of `PUT /groups/{id}`: what is not named is empty afterwards. */
export type GroupReplacement = NewGroup & { readonly members: readonly string[] };

/** The body of `POST /groups/{id}/tags`. Tags are added before they are removed. */
export type GroupTagsUpdate = { readonly add?: readonly string[]; readonly remove?: readonly string[] };

/** The body of `POST /groups/{id}`: what is not named stays as it is. Members are added before they are removed. */
export type GroupUpdate = {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  /** Null takes the name away. */
  readonly name?: string | null;
  /** The ID of a group whose members are added. */
  readonly add_from_group?: string;
  /** The ID of a group whose members are removed. */
  readonly remove_from_group?: string;
  readonly auto_update?: AutoUpdate | null;
};
