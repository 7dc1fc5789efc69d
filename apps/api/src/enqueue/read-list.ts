import type { Readable } from "node:stream";
import { placeholdersIn } from "@volley/contract";
import { linesOfJson, linesOfPeople, type ListLine, readPeople, readText } from "@volley/lists";
import { ApiProblem } from "../terms/api-problem.ts";
import type { SendQuery } from "./send-query.ts";

/** What a list is called in messages. */
const NAME = "the list";

/** Types of lists, each with what the document says of it. */
export const LIST_TYPES = {
  "text/csv": {
    description:
      "Recipients as a CSV with a heading line, in UTF-8 and of any length: the column with the numbers is found by its name, every " +
      "other one may stand in the body as `${column}`. The message is in the query.",
    example: "phone,name\n+46701234567,Ann\n+46701234568,Bo\n",
  },
  "application/x-ndjson": {
    description:
      "Recipients as a JSON value in each line, of any length: a number or a group ID, or `{ to, parameters }`. The message is in " +
      "the query.",
    example: '"+46701234567"\n{"to":"+46701234568","parameters":{"name":"Bo"}}\n',
  },
} as const;

/** What a list is read with. */
export type ListTerms = Pick<SendQuery, "number_column"> & {
  readonly type: string;
  readonly region: string;
  /** The text, whose placeholders are columns of a CSV. */
  readonly body: unknown;
};

/**
 * Reads the lines of a list while its bytes come.
 *
 * @throws ListError for what is no such list; `unsupported_media_type` for another type
 */
export function readList(
  bytes: AsyncIterable<Uint8Array>,
  { type, region, body, number_column: numberColumn }: ListTerms,
): AsyncGenerator<readonly ListLine[]> {
  const text = readText(bytes, NAME);
  if (type === "application/x-ndjson") return linesOfJson(text);
  if (type !== "text/csv") throw new ApiProblem("unsupported_media_type", "expected text/csv or application/x-ndjson");
  const placeholders = placeholdersIn(body);
  const people = readPeople(text, { name: NAME, placeholders, numberColumn });
  return linesOfPeople(people, { placeholders, region });
}

/** The bytes of a body, whose end is not that of its connection. @throws ApiProblem `body_incomplete` */
export async function* bytesOf(body: Readable): AsyncGenerator<Uint8Array> {
  try {
    // A request that is destroyed lets go of its connection, on which the rest of it is still to be taken.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch (error) {
    throw new ApiProblem("body_incomplete", "expected the whole body, got its beginning; nothing was enqueued", {
      cause: error,
    });
  }
}
