import { ACCESS } from "../../apps/board/src/serve/access-table.ts";
import { ANN, ANNS } from "../every-kind.ts";
import type { BoardRig } from "./board-rig.ts";

/** Whatever tells of her: her number, as it may be written, and what is hers alone. */
const TELLING = [ANN, "701234567", "(70) 123-45 67", "70 123 45 67", ANNS.name, ANNS.text, ANNS.alone];

/** @returns what of all that the board answers to a GET, to both roles, tells of her */
export async function telling(rig: BoardRig): Promise<string[]> {
  const { ended, done, waiting } = await rig.someSends();
  const endpoint = (await rig.world.producer.endpoints.list())[0]?.id ?? "";
  const { cursor } = await rig.world.producer.suppressions.held({ limit: 1 });
  const paths = ACCESS.filter(
    ({ method, path }) => method === "GET" && !path.startsWith("/live") && !path.startsWith("/static"),
  ).flatMap(({ path }) =>
    [ended, done, waiting].map((id) =>
      path
        .replace("/regions/:name", "/regions/eu")
        .replace("/endpoints/:id", `/endpoints/${endpoint}`)
        .replace(":queueName", "volley-eu")
        .replace(":jobId", id)
        .replace(":id", id)
        .replace("static/*", "static/favicon.ico"),
    ),
  );
  const searches = [
    "/queues/api/queues?activeQueue=volley-eu&status=latest&page=1&jobsPerPage=50",
    "/sends?label=x",
    `/maybe?cursor=${cursor ?? ""}`,
    "/inbox?since=2026-01-01T00:00:00Z",
    `/sends?q=${ended}`,
  ];
  const found: string[] = [];
  for (const role of ["viewer", "operator"]) {
    const cookie = `volley_board=${await rig.tokenOf(role)}`;
    for (const path of new Set([...paths, ...searches])) {
      const text = await (await fetch(rig.url + path, { headers: { cookie, accept: "text/html" } })).text();
      const tells = TELLING.some((each) => text.includes(each));
      if (tells) found.push(`${path}, as ${role}`);
    }
  }
  return found;
}
