// Node itself loads all modules, once for all test files of a Jest worker. Jest's own way is to load everything again for each
// file, into a context of its own: more than half of the time that the tests took.
const { createRequire, Module, register } = require("node:module");
const { pathToFileURL } = require("node:url");
const { default: JestRuntime } = require("jest-runtime");

register("./hooks.mjs", pathToFileURL(__filename));
process.setSourceMapsEnabled(true);

let files = 0;

class SharedRuntime extends JestRuntime {
  constructor(...values) {
    super(...values);
    if (values.at(-1).watch || values.at(-1).watchAll)
      throw new Error("--watch: what is loaded once is not loaded again");
  }

  /** Of Jest's own modules only the one that holds the tests of a file begins anew. */
  requireInternalModule(path) {
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
      if (["EVENT_HANDLERS", "JEST_STATE_SYMBOL"].includes(symbol.description)) delete globalThis[symbol];
    }
    const fresh = new Module(path);
    const load = createRequire(path);
    fresh.require = (name) => (name === "node:async_hooks" ? { AsyncLocalStorage: OneAfterAnother } : load(name));
    fresh.load(path);
    return fresh.exports;
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(path) {
    // Node's formatter knows the source maps; Jest has just put its own in its place.
    Error.prepareStackTrace = undefined;
    globalThis[Symbol.for("volley.jest")] = this.requireModuleOrMock(path, "@jest/globals");
    files += 1;
    return import(`${pathToFileURL(path).href}?file=${files}`);
  }

  /** `process` is everybody's here. */
  installGetBuiltinModule() {}
}

/**
 * What Jest knows the running test by, for tests that run one after another. With an AsyncLocalStorage for each file, Node 20
 * works on every promise for each file that has run before.
 */
class OneAfterAnother {
  #store;

  run(store, callback) {
    const before = this.#store;
    this.#store = store;
    return Promise.resolve(callback()).finally(() => (this.#store = before));
  }

  getStore() {
    return this.#store;
  }
}

module.exports = SharedRuntime;
