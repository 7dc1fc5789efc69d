import {
  accountProblems,
  addAccount,
  type Account,
  listAccounts,
  MOST_ACCOUNTS,
  removeAccount,
} from "@volley/accounts";
import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { withRedis } from "../redis/with-redis.ts";
import { readPassword } from "./read-password.ts";
import type { CommandContext } from "../commands/command-context.ts";

type Flags = { readonly json?: true };

type AddFlags = Flags & { readonly role: string; readonly replace?: boolean };

const HELP = `
A viewer looks; an operator may also pause, cancel, retry, decide and reveal. The password is asked for in a
terminal, or read from standard input; it never stands in the command.

Examples:
  volley board user add ann --role operator
  printf %s "$PASSWORD" | volley board user add ann --role operator
  volley board user remove ann`;

/** Adds `board user`: who may open the board, and what they may do there. */
export function addBoard(program: Command, { place, output, messages, signal }: CommandContext): void {
  const board = program.command("board").description("who may open the board");
  const user = board.command("user").description("its accounts: add, remove, list").addHelpText("after", HELP);
  const work = async <T>(call: (accounts: Parameters<typeof listAccounts>[0]) => Promise<T>): Promise<T> =>
    withRedis(place.redis, async (redis) => call({ redis, prefix: place.prefix }), { signal });
  const tell = ({ json }: Flags, value: unknown, line: string): void => {
    output.write(json ? `${JSON.stringify(value)}\n` : `${line}\n`);
  };

  user
    .command("add")
    .description("make an account; its password is read from the terminal or from standard input")
    .argument("<name>", "what the person signs in with")
    .option("--role <role>", "viewer or operator", "viewer")
    .option("--replace", "let it take the place of the one with that name, whose sessions end")
    .option("--json", "for programs")
    .action(async (name: string, { role, replace = false, ...flags }: AddFlags) => {
      // What is wrong with the rest is said before anybody types a password.
      refuse(accountProblems({ name, role, password: "not yet typed" }));
      const password = await readPassword(process.stdin, { messages, signal });
      refuse(accountProblems({ name, role, password }));
      const added = await work((accounts) =>
        addAccount(accounts, { name, role, password }, { replace, now: new Date() }),
      );
      if (added === "there") throw new CliError(`${name}: there is such an account; --replace takes its place`);
      if (added === "full") throw new CliError(`there are ${MOST_ACCOUNTS} accounts, which is the most`);
      tell(flags, { name, role }, `${name}: may sign in as ${role}`);
    });
  user
    .command("remove")
    .description("end an account, and every session of it at once")
    .argument("<name>", "as in the list")
    .option("--json", "for programs")
    .action(async (name: string, flags: Flags) => {
      if (!(await work((accounts) => removeAccount(accounts, name))))
        throw new CliError("name: there is no such account");
      tell(flags, { name }, `${name}: removed; whoever was signed in with it is signed out`);
    });
  user
    .command("list")
    .description("all accounts and their roles")
    .option("--json", "for programs")
    .action(async (flags: Flags) => {
      const accounts = await work(listAccounts);
      tell(flags, accounts, accounts.length === 0 ? "there is no account" : accounts.map(lineOf).join("\n"));
    });
}

function lineOf({ name, role, created_at: since }: Account): string {
  return `${name}: ${role}, since ${since.slice(0, 10)}`;
}

/** @throws CliError */
function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new CliError(problems.join("; "));
}
