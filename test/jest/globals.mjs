// `@jest/globals` of the test file that runs. Modules are loaded once for many files, so each name asks whose turn it is.
const of = (name) =>
  new Proxy(() => {}, {
    apply: (_, __, values) => current()[name](...values),
    get: (_, key) => current()[name][key],
  });

function current() {
  return globalThis[Symbol.for("volley.jest")];
}

export const afterAll = of("afterAll");
export const afterEach = of("afterEach");
export const beforeAll = of("beforeAll");
export const beforeEach = of("beforeEach");
export const describe = of("describe");
export const expect = of("expect");
export const it = of("it");
export const jest = of("jest");
export const test = of("test");
