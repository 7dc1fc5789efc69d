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
        }),
      )
      .optional(),
  })
  .meta({ id: "Problem", description: "What went wrong (RFC 9457)." });
