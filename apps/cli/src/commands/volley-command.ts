import { Command } from "commander";

/**
 * A command that names an option which it does not know, and never the value that came with it (`--bdy=Hello`): with that in it,
 * no known option is near in spelling, and the value may be the text of a message.
 */
export class VolleyCommand extends Command {
  override createCommand(name?: string): VolleyCommand {
    return new VolleyCommand(name);
  }

  /** What Commander calls where it has found one; it is not among its types. */
  unknownOption(flag: string): void {
    const tell: unknown = Reflect.get(Command.prototype, "unknownOption");
    if (typeof tell === "function") Reflect.apply(tell, this, [flag.split("=", 1)[0]]);
  }
}
