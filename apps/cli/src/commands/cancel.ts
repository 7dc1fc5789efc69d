import type { Command } from "commander";
import { askUnlessInterrupted } from "../exit/ask-unless-interrupted.ts";
import { people } from "../words/in-english.ts";
import { afterSend, type AfterSendFlags, regionOf, withProducer } from "./after-send.ts";
import { answer } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";

/** Adds `cancel`: stops a send in whatever state it is. */
export function addCancel(program: Command, context: CommandContext): void {
  afterSend(program, "cancel", "stop a send: nothing more of it is handed to the provider").action(
    async (id: string, { region, json }: AfterSendFlags) => {
      const { stopped, tooLate, unknown } = await withProducer(context, async (producer) =>
        askUnlessInterrupted(context.signal, {
          ask: async (wait) => producer.cancel(id, { ...regionOf(region), ...wait }),
          truth: `the request is written down and will be done: volley status ${id} tells how it ends`,
        }),
      );
      const line = `${id}: ${people(stopped)} stopped, ${people(tooLate)} too late, ${people(unknown)} unknown`;
      answer(context.output, { json }, { json: { id, stopped, tooLate, unknown }, lines: [line] });
    },
  );
}
