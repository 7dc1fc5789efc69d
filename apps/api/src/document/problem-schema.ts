import { z } from "zod";
import { PROBLEMS } from "../terms/problem-codes.ts";

/** A problem as it is answered (RFC 9457). */
export const PROBLEM = z
  .object({
    type: z.string().meta({ description: "`urn:volley:problem:` and the code." }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "What was expected, and what kind of thing came; never a value." }),
    code: z.enum(Object.keys(PROBLEMS)).meta({ description: "Stable, for programs." }),
    request_id: z.string(),
    problems: z
      .array(
        z.object({
          pointer: z.string().meta({ description: "JSON pointer (RFC 6901) into `in`." }),
          in: z.enum(["body", "query", "path", "header"]),
          detail: z.string(),
          line: z.int().optional().meta({ description: "Of a list: which line, the first one being 1." }),
          code: z.string().optional(),
        }),
      )
      .optional(),
    duplicates: z
      .object({ found: z.int(), total: z.int(), accepted: z.int(), since: z.string(), latest: z.string() })
      .optional()
      .meta({ description: "Of `VOLLEY_DUPLICATES`: how many of how many got the same text, and since when." }),
  })
  .meta({ id: "Problem", description: "What went wrong (RFC 9457)." });
