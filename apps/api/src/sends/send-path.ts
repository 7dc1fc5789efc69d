import { z } from "zod";

/** The longest ID of a job that is looked for. */
const LONGEST_ID = 200;

export const SEND_PARAMS = z.strictObject({
  id: z.string().min(1).max(LONGEST_ID).meta({
    description: "Of a send, as it was answered when that was enqueued.",
    example: "eu-5xk2m9q0c3v7b1n8d4fa",
  }),
});

/** What every route about one send takes. */
export const QUERY = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, "the name of a region")
    .optional()
    .meta({
      description: "The region of a job that another client of BullMQ has added; a send of Volley's has it in its ID.",
    }),
});

/** What holds of every route about one send. */
export const ABOUT_SEND = { tag: "sends", problems: ["VOLLEY_UNKNOWN_SEND", "VOLLEY_INVALID_REGION"] } as const;

/** The option that the producer takes, left out where no region was named. */
export function placeOf(region: string | undefined): { readonly region?: string } {
  return region === undefined ? {} : { region };
}
