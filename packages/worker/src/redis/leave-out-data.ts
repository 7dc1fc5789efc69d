import type { Cluster, Redis } from "ioredis";

/** Where BullMQ's scripts answer with the next job: `moveToActive`, `moveToFinished`, `moveToDelayed`. */
const PICKS_UP = 'return {rcall("HGETALL", jobKey), jobId, 0, 0}';

/** How BullMQ names them: with its version behind. */
const PICKING = /^(moveToActive|moveToFinished|moveToDelayed):/;

type Definition = Parameters<Redis["defineCommand"]>[1];

/**
 * A connection for a BullMQ worker that picks jobs up without their data where that is large: in place of the data stands
 * the number of its bytes. BullMQ reads all of a job in the moment in which it picks it up, as many jobs at once as it works
 * on, and parses them: ten jobs of 100,000 recipients with their names are 430 MB before anybody has asked for them. What a
 * process reads of them is for the process to decide.
 *
 * It is the same connection under another set of commands: BullMQ defines its scripts on the one that it is given, unless they
 * are there.
 *
 * @param most - bytes of data that a job is picked up with
 */
export function leaveOutData(connection: Redis | Cluster, most: number): Redis | Cluster {
  const own = new Map<string, unknown>();
  const define = (name: string, definition: Definition): void => {
    if (!PICKING.test(name)) return connection.defineCommand(name, definition);
    const ownName = `${name}:${most}`;
    connection.defineCommand(ownName, { ...definition, lua: sparingScript(name, definition.lua, most) });
    const command: unknown = Reflect.get(connection, ownName);
    if (typeof command === "function") own.set(name, command.bind(connection));
  };
  return new Proxy(connection, {
    get: (target, property) => {
      if (property === "defineCommand") return define;
      if (typeof property === "string" && PICKING.test(property)) return own.get(property);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** @throws Error when BullMQ picks jobs up in another way than is known here */
function sparingScript(name: string, lua: string, most: number): string {
  if (lua.includes(PICKS_UP)) return lua.replace(PICKS_UP, () => picksUpSparingly(most));
  throw new Error(`BullMQ's script ${name} answers with the next job in a way that is not known`);
}

/** The jobs of BullMQ's schedulers are copied from one another by whoever picks them up: they come whole. */
function picksUpSparingly(most: number): string {
  return `
  local fields = {}
  if rcall("HSTRLEN", jobKey, "data") <= ${most} or rcall("HEXISTS", jobKey, "rjk") == 1 then
    fields = rcall("HGETALL", jobKey)
  else
    for _, field in ipairs(rcall("HKEYS", jobKey)) do
      fields[#fields + 1] = field
      if field == "data" then fields[#fields + 1] = tostring(rcall("HSTRLEN", jobKey, field))
      else fields[#fields + 1] = rcall("HGET", jobKey, field) end
    end
  end
  return {fields, jobId, 0, 0}`;
}
