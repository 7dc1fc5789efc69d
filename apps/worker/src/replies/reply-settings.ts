import { readSend } from "@volley/contract";
import type { SettingsReader } from "@volley/runtime";

/** What is replied to what somebody has written; nothing is replied where a text is not set. */
export type ReplySettings = {
  /** `VOLLEY_<REGION>_REPLY_STOP`: confirms that nothing more is sent. */
  readonly stop?: string;
  /** `VOLLEY_<REGION>_REPLY_HELP`: says who sends, and how to stop it. */
  readonly help?: string;
  /** `VOLLEY_<REGION>_REPLY_START`: confirms that messages are sent again. */
  readonly start?: string;
};

/** What somebody may get a reply to. */
export type ReplyKind = keyof ReplySettings;

/**
 * Reads the replies of a region.
 *
 * @param variable - what its settings begin with
 * @param hasEvents - whether events are kept: replies are made of them
 */
export function readReplySettings(reader: SettingsReader, variable: string, hasEvents: boolean): ReplySettings {
  const texts: Partial<Record<ReplyKind, string>> = {};
  const names = { stop: `${variable}_REPLY_STOP`, help: `${variable}_REPLY_HELP`, start: `${variable}_REPLY_START` };
  for (const [kind, name] of Object.entries(names) as [ReplyKind, string][]) {
    const text = reader.optionalText(name);
    if (text === undefined) continue;
    const problem =
      problemOf(text) ?? (hasEvents ? null : "expected nothing, since VOLLEY_EVENTS_KEEP_MB is 0, got a text");
    if (problem === null) texts[kind] = text;
    else reader.problem(`${name}: ${problem}`);
  }
  return texts;
}

/** A reply is a send like every other, to somebody of whom nothing is known but the number. */
function problemOf(body: string): string | null {
  const read = readSend({ to: ["12015550123"], body }, new Date());
  if (read.ok) return null;
  const isPlaceholder = read.problems.some(({ field }) => field.startsWith("parameters"));
  return isPlaceholder ? "expected a text without placeholders, got one with some" : (read.problems[0]?.message ?? "");
}
