import { stripVTControlCharacters } from "node:util";

/** Where something is said beside an answer. */
export type Messages = { readonly write: (text: string) => unknown };

/** Says each thing as a line of JSON, `{ "message" }`, for programs that read the errors of a command as JSON. */
export function jsonMessages(messages: Messages): Messages {
  return {
    write: (text) => {
      const message = stripVTControlCharacters(text).trim();
      return message === "" || messages.write(`${JSON.stringify({ message })}\n`);
    },
  };
}
