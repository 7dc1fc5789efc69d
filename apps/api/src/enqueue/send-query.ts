import { z } from "zod";
import { invalid } from "../problems/issues.ts";

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const MOST_WITHIN_MS = 30 * UNITS_MS.d;

/** How long a time such as `2h` is. */
function msOf(text: string): number {
  return Number.parseInt(text, 10) * UNITS_MS[text.at(-1) as keyof typeof UNITS_MS];
}

const flag = (description: string) =>
  z
    .stringbool({ truthy: ["true"], falsy: ["false"], error: "true or false" })
    .default(false)
    .meta({ type: "boolean", description });

/** How a send is put in, whatever its recipients come as. */
export const HOW = {
  force: flag("Whether to take a send to a region, too, on which no worker has ever worked. It waits for one."),
  duplicates_within: z
    .string()
    .regex(/^\d{1,9}[smhd]$/, "a time such as 30m, 2h or 7d")
    .refine((text) => msOf(text) > 0 && msOf(text) <= MOST_WITHIN_MS, "a time of more than nothing, and of at most 30d")
    .optional()
    .meta({ description: "How far back somebody is looked for who got the same text, at most 30d.", example: "24h" }),
  if_duplicates: z
    .enum(["refuse", "skip", "send"])
    .optional()
    .meta({ description: "What is done when somebody is found. Without either nobody is looked for." }),
};

/** What a list in the body is sent, and how its lines are read. */
const LIST = {
  region: z
    .string()
    .optional()
    .meta({ description: "Of a list: where it goes; `auto` for the region of each number.", example: "eu" }),
  invalid: z
    .enum(["skip", "refuse"])
    .optional()
    .meta({ description: "Of a list: whether wrong lines are left out and named (the default), or refuse all of it." }),
  number_column: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "Of a CSV: the column with the numbers, where its name does not say it." }),
};

const text = (description: string) =>
  z
    .string()
    .optional()
    .meta({ description: `Of a list: ${description}` });

/** The fields of the message that are texts; all others are in the field `message` of a form. */
const MESSAGE = {
  from: text("the sender."),
  body: text("the text; `${column}` stands for the value of that column."),
  type: text("`mt_text` (the default) or `mt_binary`."),
  send_at: text("when the provider shall send."),
  expire_at: text("after when nothing is sent any more."),
  priority: text("`normal` or `urgent`."),
  delivery_report: text("which reports the provider makes."),
  callback_url: text("where the provider reports to."),
  client_reference: text("yours, at the provider."),
  label: text("to find it again."),
};

/** The query of what puts in a send. */
export const SEND_QUERY = z.strictObject({ ...HOW, ...LIST, ...MESSAGE });

/** The query of what looks at a send. */
export const CHECK_QUERY = z.strictObject({
  ...LIST,
  ...MESSAGE,
  duplicates_within: HOW.duplicates_within,
  price_per_segment: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/, "a number such as 0.05")
    .transform(Number)
    .optional()
    .meta({ description: "What one segment costs, in whatever currency.", example: "0.05" }),
});

/** See {@link SEND_QUERY}. */
export type SendQuery = z.output<typeof SEND_QUERY>;

/** The message that stands in a query. */
export function messageIn(query: Partial<SendQuery>): Record<string, string> {
  const names = Object.keys(MESSAGE) as (keyof typeof MESSAGE)[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = query[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** @throws ApiProblem `invalid_request` for what would be ignored: of a send as JSON it stands in the body */
export function requireNoListParameters(query: Partial<SendQuery>): void {
  const names = Object.keys({ ...LIST, ...MESSAGE }).filter((name) => Reflect.get(query, name) !== undefined);
  if (names.length === 0) return;
  const detail = "expected it in the body of a send as JSON, got it in the query";
  throw invalid(names.map((name) => ({ pointer: `/${name}`, in: "query" as const, detail })));
}

/** @throws ApiProblem `invalid_request` where a list has no region */
export function requireListRegion({ region }: Partial<SendQuery>): string {
  if (region !== undefined) return region;
  throw invalid([{ pointer: "/region", in: "query", detail: "expected a region, got nothing" }]);
}

/** The producer's option; `undefined` where nobody is to be looked for. */
export function duplicatesOf({ duplicates_within: within, if_duplicates: ifFound }: Partial<SendQuery>) {
  if (within === undefined && ifFound === undefined) return undefined;
  return {
    ...(ifFound && { ifFound }),
    ...(within !== undefined && { withinMs: msOf(within) }),
  };
}
