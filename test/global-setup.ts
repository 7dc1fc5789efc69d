import { installRedis, serverOnPath, startRedis } from "../packages/local-redis/src/index.ts";

/**
 * One Redis for the whole run, before any test: `REDIS_URL` if set, else a container, else a local server. The tests find it
 * in `VOLLEY_TEST_REDIS_URL`. `VOLLEY_TEST_REDIS_IMAGE` names another image than redis:7-alpine.
 *
 * Jest loads this file with Node's own resolution, which knows no source condition; so the import names the source itself.
 */
async function globalSetup(): Promise<void> {
  const { REDIS_URL, VOLLEY_TEST_REDIS_IMAGE } = process.env;
  const redis = await startRedis({
    prefer: "container",
    say: console.log,
    ...(REDIS_URL === undefined ? {} : { url: REDIS_URL }),
    ...(VOLLEY_TEST_REDIS_IMAGE === undefined ? {} : { image: VOLLEY_TEST_REDIS_IMAGE }),
  });
  console.log(`Redis for the tests: ${redis.how}.`);
  // Some tests have a server of their own that they kill, wherever the one for all others runs.
  if ((await serverOnPath()) === null) await installRedis(console.log);
  process.env["VOLLEY_TEST_REDIS_URL"] = redis.url;
  // Jest loads the teardown as a module of its own in the same process.
  Object.assign(globalThis, { volleyTestRedis: redis });
}

export { globalSetup as default };
