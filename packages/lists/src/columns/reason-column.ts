/** The column in which a file of rejected lines says why each of them is. */
const NAME = "reason";

/** What that column is called beside others: a file that was written so and mended may be sent, and written, once more. */
export function reasonColumnBeside(names: ReadonlySet<string>): string {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? NAME : `${NAME} ${count}`;
    if (!names.has(name)) return name;
  }
}

export function isReasonColumn(name: string): boolean {
  return /^reason(?: \d+)?$/.test(name);
}
