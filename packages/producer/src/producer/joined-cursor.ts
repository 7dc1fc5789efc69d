import { invalidCursor } from "../follow/read-batches.ts";
import type { AllStores } from "./stores.ts";

const ONE = /^(?<name>_home|[a-z][a-z0-9-]{0,19})\.(?<place>\d{1,15}-\d{1,15})?$/;

/**
 * Where reading goes on in each Redis: nothing for its beginning. One that has been read to its end has no place.
 *
 * @param cursor - of {@link writeJoinedCursor}; none for the first page
 * @throws ProducerError `VOLLEY_INVALID_CURSOR`
 */
export function readJoinedCursor(cursor: unknown, all: AllStores["all"]): Map<string, string> {
  if (cursor === undefined) return new Map(all.map(({ name }) => [name, ""]));
  const texts = typeof cursor === "string" && cursor.length < 10_000 ? cursor.split("~") : [""];
  const places = new Map<string, string>();
  for (const text of texts) {
    const { name = "", place = "" } = ONE.exec(text)?.groups ?? {};
    if (!all.some((store) => store.name === name)) throw invalidCursor();
    places.set(name, place);
  }
  return places;
}

/** @returns `null` where all have been read to their ends */
export function writeJoinedCursor(places: ReadonlyMap<string, string>): string | null {
  if (places.size === 0) return null;
  return [...places].map(([name, place]) => `${name}.${place}`).join("~");
}
