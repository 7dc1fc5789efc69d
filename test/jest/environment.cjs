// Tests run in Node's own context, where all modules are: what one makes is an Error or an Array to the other.
const { ModernFakeTimers } = require("@jest/fake-timers");
const { ModuleMocker } = require("jest-mock");

const { console: ownConsole } = globalThis;

/** What Jest wants of an environment: https://jestjs.io/docs/configuration#testenvironment-string */
class SharedEnvironment {
  global = globalThis;
  fakeTimers = null;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimersModern;
  exit = process.exit.bind(process);
  variables = { ...process.env };

  constructor({ projectConfig: config }) {
    this.fakeTimersModern = new ModernFakeTimers({ config, global: globalThis });
  }

  async setup() {}

  /** Node names functions that have no name, and Jest shows no line of a stack that does; nor is globals.mjs a test's place. */
  handleTestEvent({ error, hook, test }) {
    for (const each of error ? [error, hook?.asyncError, test?.asyncError] : []) {
      if (!each?.stack) continue;
      each.stack = each.stack
        .replaceAll(/^.*jest\/globals\.mjs.*\n/gm, "")
        .replaceAll(/ <anonymous> \((.+)\)$/gm, " $1");
    }
  }

  /** Gives back what Jest, or a test, has put its own in place of. */
  async teardown() {
    this.fakeTimersModern.dispose();
    globalThis.console = ownConsole;
    process.exit = this.exit;
    for (const name of Object.keys(process.env)) if (!(name in this.variables)) delete process.env[name];
    Object.assign(process.env, this.variables);
  }

  exportConditions() {
    return [];
  }

  getVmContext() {
    return null;
  }
}

module.exports = SharedEnvironment;
