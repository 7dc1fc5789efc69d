import { z } from "zod";
import { type Expected, expectJson } from "../api/expected.ts";
import { listOf, numberField, textField } from "../api/optional-field.ts";

/** One thing that came with an MMS. A page of the documentation spells `contentType`: both are understood. */
const mediaSchema = z
  .looseObject({
    url: textField,
    content_type: textField,
    contentType: textField,
    /** `Uploaded` or `Failed`, in whatever case. */
    status: textField,
    /** 0: it is there. */
    code: numberField,
  })
  .transform((media) => ({ ...media, content_type: media.content_type ?? media.contentType }));

const inboundSchema = z.looseObject({
  id: z.string().min(1),
  /** `mo_text`, `mo_binary`, `mo_media`, and whatever comes. */
  type: textField,
  from: textField,
  to: textField,
  /** A text; Base64 for `mo_binary`; what an MMS is made of. */
  body: z
    .union([
      z.string(),
      z.looseObject({
        subject: textField,
        message: textField,
        media: listOf(mediaSchema).optional().catch(undefined),
      }),
    ])
    .optional()
    .catch(undefined),
  udh: textField,
  received_at: textField,
  sent_at: textField,
  operator_id: textField,
  client_reference: textField,
});

const inboundPageSchema = z.looseObject({ count: numberField, inbounds: listOf(inboundSchema) });

/** A message from a phone. */
export type Inbound = z.infer<typeof inboundSchema>;

/** One page of a list of inbounds. */
export type InboundPage = z.infer<typeof inboundPageSchema>;

/** Expects an inbound. */
export const INBOUND: Expected<Inbound> = expectJson("no_inbound_id", "an inbound's ID", inboundSchema);

/** Expects a page of inbounds. */
export const INBOUND_PAGE: Expected<InboundPage> = expectJson("no_list", "a list of inbounds", inboundPageSchema);
