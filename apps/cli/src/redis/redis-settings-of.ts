import { createSettingsReader, type Environment, readRedisSettings, type RedisSettings } from "@volley/runtime";

/** Where Redis is for a process with that environment. @throws SettingsError */
export function redisSettingsOf(environment: Environment): RedisSettings {
  const reader = createSettingsReader(environment);
  return reader.finish(readRedisSettings(reader));
}
