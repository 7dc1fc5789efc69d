import { type AddHelpTextContext, type AddHelpTextPosition, Command, Help } from "commander";
import { SELDOM } from "../exit/seldom.ts";

/** Lines of the smallest terminal that anybody still has, less the one of the prompt. */
const SCREEN_LINES = 24;

/**
 * A command that names an option which it does not know, and never the value that came with it (`--bdy=Hello`): with that in it,
 * no known option is near in spelling, and the value may be the text of a message.
 *
 * Its help fits a screen: see {@link VolleyHelp}.
 */
export class VolleyCommand extends Command {
  /** What stands below the options, in paragraphs. */
  notes: readonly string[] = [];
  /** Whether the help tells everything, however long it is. */
  tellsAll = false;

  override createCommand(name?: string): VolleyCommand {
    return new VolleyCommand(name);
  }

  override createHelp(): Help {
    return Object.assign(new VolleyHelp(), this.configureHelp());
  }

  /** A text after the options is a part of the help itself, so that it is counted with it. */
  override addHelpText(position: AddHelpTextPosition, text: string | ((context: AddHelpTextContext) => string)): this {
    if (position !== "after" || typeof text !== "string") {
      return super.addHelpText(position, typeof text === "string" ? () => text : text);
    }
    this.notes = text.trim().split("\n\n");
    return this;
  }

  /** What Commander calls where it has found one; it is not among its types. */
  unknownOption(flag: string): void {
    const tell: unknown = Reflect.get(Command.prototype, "unknownOption");
    if (typeof tell === "function") Reflect.apply(tell, this, [flag.split("=", 1)[0]]);
  }
}

/**
 * Help that fits a screen of 24 lines: what few need is named, not described, and of the paragraphs below the first are left out
 * as long as it is too long. How to read all of it stands at the end.
 */
class VolleyHelp extends Help {
  override formatHelp(command: Command, helper: Help): string {
    const { notes, tellsAll } = command instanceof VolleyCommand ? command : { notes: [], tellsAll: true };
    const width = helper.helpWidth ?? 80;
    const own = super.formatHelp(command, helper).trimEnd();
    const paragraphs = notes.map((each) =>
      isIndented(each) ? each : helper.boxWrap(each.replaceAll("\n", " "), width),
    );
    if (tellsAll) return joined([own, ...paragraphs]);
    const seldom = namesOfSeldom(command);
    for (let left = 0; ; left += 1) {
      const isWhole = seldom.length === 0 && left === 0;
      const more = isWhole ? [] : [helper.boxWrap(`${listed(seldom)}${commandLine(command)} --all`, width)];
      const text = joined([own, ...paragraphs.slice(left), ...more]);
      if (left >= paragraphs.length || text.split("\n").length - 1 <= SCREEN_LINES) return text;
    }
  }

  override visibleOptions(command: Command): ReturnType<Help["visibleOptions"]> {
    return super.visibleOptions(command).filter(({ helpGroupHeading }) => isShown(command, helpGroupHeading));
  }

  override visibleCommands(command: Command): Command[] {
    return super.visibleCommands(command).filter((each) => isShown(command, each.helpGroup()));
  }

  override subcommandTerm(command: Command): string {
    return super.subcommandTerm(command).replace(" [options]", "");
  }

  /** That an option is off unless it is said goes without saying. */
  override optionDescription(option: Parameters<Help["optionDescription"]>[0]): string {
    return option.defaultValue === false ? option.description : super.optionDescription(option);
  }
}

function isShown(command: Command, group: string | undefined): boolean {
  return group !== SELDOM || (command instanceof VolleyCommand && command.tellsAll);
}

function namesOfSeldom(command: Command): string[] {
  return [
    ...command.commands.filter((each) => each.helpGroup() === SELDOM).map((each) => each.name()),
    ...command.options.filter((each) => each.helpGroupHeading === SELDOM).map(({ long, flags }) => long ?? flags),
  ];
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "More: " : `Also: ${names.join(", ")}\nMore: `;
}

/** `volley help suppress add` for the command `volley suppress add`. */
function commandLine(command: Command): string {
  const names: string[] = [];
  for (let each: Command | null = command; each !== null; each = each.parent) names.unshift(each.name());
  const [program = "", ...below] = names;
  return [program, "help", ...below].join(" ");
}

/** Examples and lists, whose lines are as they are. */
function isIndented(paragraph: string): boolean {
  return paragraph.includes("\n  ");
}

function joined(parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}
