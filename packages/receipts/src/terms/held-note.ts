/** What is kept of a message that holds somebody until a person decides. */
export type HeldNote = {
  readonly recipient: string;
  /** The sender of ours that they have answered; `null` where nobody knows which. */
  readonly sender: string | null;
  readonly region: string;
  /** When it was received, as ISO-8601. */
  readonly at: string;
  /** The provider's ID of the message. */
  readonly message_id: string;
  /** Its first 500 characters. */
  readonly text: string;
  /** The send that it answers to; `null` where that is not known. */
  readonly send_id: string | null;
};

/** Reads such a note. @param text - as it stands in Redis */
export function readNote(text: string): HeldNote {
  return JSON.parse(text) as HeldNote;
}
