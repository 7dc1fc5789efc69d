import { writeFile } from "node:fs/promises";

const FIRST_NAMES = [
  "Ann",
  "Bo",
  "Chioma",
  "Dag",
  "Eva",
  "Farid",
  "Greta",
  "Hugo",
  "Ines",
  "Jun",
  "Kim",
  "Łucja",
  "Maya",
];

const LAST_NAMES = ["Berg", "Costa", "Diallo", "Ek", "Fischer", "Gupta", "Hansen", "Ito", "Jones", "Kowalska", "Lund"];

/** Ranges that nobody owns: the 555-01xx of North America is too small, so both are unassigned prefixes. */
const PREFIXES = { us: "+1 999 5", eu: "+46 99 5" } as const;

/**
 * Writes a CSV of made-up people, half of them in each of two regions. The same call writes the same file.
 *
 * @param path - where to
 * @param people - how many; at most 200,000
 */
export async function writeDemoPeople(path: string, people: number): Promise<void> {
  const lines = Array.from({ length: people }, (_, index) => {
    const region = index % 2 === 0 ? "us" : "eu";
    const number = `${PREFIXES[region]}${String(Math.floor(index / 2)).padStart(6, "0")}`;
    const first = FIRST_NAMES[index % FIRST_NAMES.length] ?? "";
    const last = LAST_NAMES[Math.floor(index / FIRST_NAMES.length) % LAST_NAMES.length] ?? "";
    return `${number},${first} ${last},${region}`;
  });
  await writeFile(path, `number,name,region\n${lines.join("\n")}\n`);
}
