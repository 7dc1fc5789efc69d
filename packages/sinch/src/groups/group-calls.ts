import type { ApiCall, CallOptions } from "../api/api-call.ts";
import { NOTHING } from "../api/expected.ts";
import { bodyWithNulls, bodyWithoutNulls } from "../api/json-body.ts";
import { walkPages } from "../api/walk-pages.ts";
import type { Result } from "../failures/result.ts";
import { type Group, GROUP, GROUP_PAGE, GROUP_TAGS, type GroupPage, type GroupTags, MEMBERS } from "./group.ts";
import type { GroupReplacement, GroupTagsUpdate, GroupUpdate, NewGroup } from "./group-request.ts";

/** Which page of the groups. */
export type GroupsQuery = {
  /** From 0. @default 0 */
  readonly page?: number;
  /** 1 to 100. @default 100 for `all`, the provider's for `list` */
  readonly page_size?: number;
};

/** Calls about groups. */
export type GroupCalls = {
  /** `POST /groups` */
  readonly create: (group: NewGroup, options?: CallOptions) => Promise<Result<Group>>;
  /** `GET /groups`: one page, newest first. */
  readonly list: (query?: GroupsQuery, options?: CallOptions) => Promise<Result<GroupPage>>;
  /** Every group once, page by page; a failure is the last entry. */
  readonly all: (query?: GroupsQuery, options?: CallOptions) => AsyncGenerator<Result<Group>>;
  /** `GET /groups/{id}` */
  readonly get: (id: string, options?: CallOptions) => Promise<Result<Group>>;
  /** `POST /groups/{id}`: changes what is named. */
  readonly update: (id: string, changes: GroupUpdate, options?: CallOptions) => Promise<Result<Group>>;
  /** `PUT /groups/{id}`: another group under the same ID. */
  readonly replace: (id: string, group: GroupReplacement, options?: CallOptions) => Promise<Result<Group>>;
  /** `DELETE /groups/{id}`: batches that wait for their time then have nobody in its place. */
  readonly delete: (id: string, options?: CallOptions) => Promise<Result<{ readonly done: true }>>;
  /** `GET /groups/{id}/members`: all numbers, in one answer. */
  readonly members: (id: string, options?: CallOptions) => Promise<Result<readonly string[]>>;
  /** `GET /groups/{id}/tags`. Tags are of Sinch's older accounts and clients; no current document has them. */
  readonly tags: (id: string, options?: CallOptions) => Promise<Result<GroupTags>>;
  /** `POST /groups/{id}/tags`: adds and removes. */
  readonly updateTags: (id: string, changes: GroupTagsUpdate, options?: CallOptions) => Promise<Result<GroupTags>>;
  /** `PUT /groups/{id}/tags`: these in place of those that are there. */
  readonly replaceTags: (id: string, tags: readonly string[], options?: CallOptions) => Promise<Result<GroupTags>>;
};

const ROOT = "/groups";

const ONE = `${ROOT}/{id}`;

const TAGS = `${ONE}/tags`;

/** See {@link GroupCalls}. */
export function createGroupCalls(call: ApiCall): GroupCalls {
  const list: GroupCalls["list"] = async (query = {}, options) =>
    call({ method: "GET", path: ROOT, query, expected: GROUP_PAGE }, options);
  return {
    create: async (group, options) =>
      call({ method: "POST", path: ROOT, body: bodyWithoutNulls(group), expected: GROUP }, options),
    list,
    all: ({ page, page_size } = {}, options) =>
      walkPages({
        page,
        page_size,
        list: async (paging) => list(paging, options),
        entriesOf: ({ groups }) => groups,
        keyOf: ({ id }) => id,
      }),
    get: async (id, options) => call({ method: "GET", path: ONE, ids: [id], expected: GROUP }, options),
    update: async (id, changes, options) =>
      call({ method: "POST", path: ONE, ids: [id], body: bodyWithNulls(changes), expected: GROUP }, options),
    replace: async (id, group, options) =>
      call({ method: "PUT", path: ONE, ids: [id], body: bodyWithoutNulls(group), expected: GROUP }, options),
    delete: async (id, options) => call({ method: "DELETE", path: ONE, ids: [id], expected: NOTHING }, options),
    members: async (id, options) =>
      call({ method: "GET", path: `${ONE}/members`, ids: [id], expected: MEMBERS }, options),
    tags: async (id, options) => call({ method: "GET", path: TAGS, ids: [id], expected: GROUP_TAGS }, options),
    updateTags: async (id, changes, options) =>
      call({ method: "POST", path: TAGS, ids: [id], body: bodyWithoutNulls(changes), expected: GROUP_TAGS }, options),
    replaceTags: async (id, tags, options) =>
      call({ method: "PUT", path: TAGS, ids: [id], body: bodyWithoutNulls({ tags }), expected: GROUP_TAGS }, options),
  };
}
