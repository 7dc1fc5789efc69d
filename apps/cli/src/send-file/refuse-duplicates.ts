import type { DuplicatesFound, DuplicatesOption, Producer } from "@volley/producer";
import { CliError } from "../exit/cli-error.ts";
import type { SendsFromPeople } from "../people/sends-from-people.ts";
import { askAboutDuplicates, duplicatesTogether } from "../words/describe-duplicates.ts";
import { type FileSource, sendOf } from "./file-source.ts";

/** What becomes of people who got the same text a while ago. */
export type Again = Pick<DuplicatesOption, "withinMs" | "ifFound">;

/**
 * Looks who of a file with several regions got the same text a while ago, before the first of its sends goes.
 *
 * @param own - IDs of those sends: that one of them was enqueued before is not asked about
 * @throws CliError when somebody is found who speaks against it
 */
export async function refuseDuplicates(
  producer: Pick<Producer, "check">,
  options: FileSource & { readonly duplicates?: Again },
  read: SendsFromPeople,
  own: readonly string[],
): Promise<void> {
  const { signal, duplicates: { withinMs, ifFound = "refuse" } = {} } = options;
  if (ifFound !== "refuse") return;
  const found: (DuplicatesFound | null)[] = [];
  let total = 0;
  for (const name of read.sends.keys()) {
    const report = await producer.check(sendOf(options, read, name), { signal, duplicates: { withinMs, except: own } });
    total += report.recipients.valid;
    found.push(report.duplicates);
  }
  const together = duplicatesTogether(found);
  if (together) throw refusal({ ...together, total });
}

/** What a person is told who has to decide. */
export function refusal(found: DuplicatesFound): CliError {
  return new CliError(askAboutDuplicates(found, new Date()));
}
