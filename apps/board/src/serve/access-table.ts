import { appRoutes } from "@bull-board/api/dist/routes.js";
import { ASSETS } from "../html/assets.ts";
import { QUEUES } from "../guard/security-headers.ts";
import type { Allowed } from "../terms/route.ts";
import { livePath } from "../terms/live-path.ts";
import { ROUTES } from "./routes.ts";

/** A route, and who may use it. */
export type Access = {
  readonly method: string;
  readonly path: string;
  readonly allowed: Allowed;
  readonly what: string;
};

const OPEN = [
  ["GET", "/livez", "whether the process lives, for Kubernetes"],
  ["GET", "/readyz", "whether it can work, for Kubernetes"],
  ["GET", "/sign-in", "the page to sign in at"],
  ["POST", "/sign-in", "signs in; as many tries as there are"],
] as const;

/** Every route there is: what is not here is not served, and each is asked for by the role that stands here. */
export const ACCESS: readonly Access[] = [
  ...OPEN.map(([method, path, what]) => ({ method, path, what, allowed: "open" as const })),
  ...[...ASSETS.keys()].map((path) => ({ method: "GET", path, allowed: "open" as const, what: "a file of the pages" })),
  { method: "POST", path: "/sign-out", allowed: "viewer", what: "ends the session" },
  { method: "GET", path: "/metrics", allowed: "viewer", what: "metrics of the process" },
  ...ROUTES.flatMap(({ method, path, allowed, what, isLive = false }) => [
    { method, path, allowed, what },
    ...(isLive ? [{ method: "GET", path: livePath(path), allowed, what: `${what}, as it changes` }] : []),
  ]),
  ...bullBoard(),
];

const TABLE: ReadonlyMap<string, Allowed> = new Map(
  ACCESS.map(({ method, path, allowed }) => [`${method} ${path}`, allowed]),
);

/** @returns nothing for what is not in the table: nobody may use it */
export function allowedOn(method: string, url: string): Allowed | undefined {
  return TABLE.get(`${method === "HEAD" ? "GET" : method} ${url}`);
}

/** bull-board's own: whoever may look may read, and what changes a queue is for operators. */
function bullBoard(): Access[] {
  const entries = [appRoutes.entryPoint.route].flat().flatMap((path) => (path === "/" ? ["", "/"] : [path]));
  const pages = [...entries, "/static/*"].map((path) => ({
    method: "GET",
    path: `${QUEUES}${path}`,
    what: "bull-board",
  }));
  const calls = appRoutes.api.flatMap(({ method, route }) => {
    return [method]
      .flat()
      .flatMap((each) =>
        [route].flat().map((path) => ({ method: each.toUpperCase(), path: `${QUEUES}${path}`, what: "bull-board" })),
      );
  });
  const before = [
    { method: "GET", path: "/queue/:queueName", what: "goes to where bull-board is now" },
    { method: "GET", path: "/queue/:queueName/:jobId", what: "goes to where bull-board is now" },
  ];
  return [...before, ...pages, ...calls].map((each) => ({
    ...each,
    allowed: each.method === "GET" ? "viewer" : "operator",
  }));
}
