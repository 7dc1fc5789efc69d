/**
 * Looks at archives of packages as `publint` and `attw` do, and prints what they find: one JSON list of sentences.
 *
 * Arguments: the archives. A process of its own, since each brings a compiler along, which Jest would load slowly.
 */
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** Packages are ES modules alone: what cannot load these is told so by `engines` (the profile in .attw.json says the same). */
const RESOLUTIONS = new Set(["node16-esm", "bundler"]);

const found = [];
for (const archive of process.argv.slice(2)) {
  const bytes = new Uint8Array(readFileSync(archive));
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  found.push(...messages.map((message) => `${pkg.name}: ${formatMessage(message, pkg)}`));
  const { types, problems = [] } = await checkPackage(createPackageFromTarballData(bytes));
  if (types === false) found.push(`${pkg.name}: no types`);
  const wrong = problems.filter(
    ({ resolutionKind }) => resolutionKind === undefined || RESOLUTIONS.has(resolutionKind),
  );
  found.push(...wrong.map(({ kind, entrypoint }) => `${pkg.name}: ${kind} ${entrypoint ?? ""}`));
}
console.log(JSON.stringify(found));
