/**
 * Runs a command of the repository, and sets the exit code: 2 where its arguments are wrong, which is said.
 *
 * @param read - the arguments; `null` where help is wanted. It throws a TypeError that says what is wrong
 * @param main - answers the exit code
 */
export async function runCommand<Given>(
  read: (given: readonly string[]) => Given | null,
  usage: string,
  main: (given: Given) => Promise<number>,
): Promise<void> {
  try {
    const given = read(process.argv.slice(2));
    if (given === null) process.stdout.write(usage);
    else process.exitCode = await main(given);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
