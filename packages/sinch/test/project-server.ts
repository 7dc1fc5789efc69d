import type { IncomingMessage, ServerResponse } from "node:http";
import { createSinchClient, type SinchClient } from "../src/client/sinch-client.ts";
import type { SinchConnectionOptions } from "../src/client/sinch-client-options.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

/** The token host and the API of a project on one server. */
export type ProjectServer = LocalServer & {
  readonly tokenRequests: () => LocalServer["requests"];
  readonly apiRequests: () => LocalServer["requests"];
  /** Makes a token one that has expired. */
  readonly expire: (token: string) => void;
};

/** How the server differs from the usual one. */
export type ProjectServerOptions = {
  /** Answers the token request with this number, from 1. @default a token `token-1`, `token-2`… for an hour */
  readonly token?: (response: ServerResponse, number: number) => void;
  /** Answers a call whose token is good. @default 201 with a batch */
  readonly api?: (request: IncomingMessage, response: ServerResponse) => void;
};

/** Gives a token. */
export function giveToken(response: ServerResponse, value: string, lifeS = 3_600): void {
  const token = { access_token: value, token_type: "Bearer", expires_in: lifeS, scope: "" };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(token));
}

/** A project's server and a client of it. */
export type Project = {
  readonly server: ProjectServer;
  readonly client: SinchClient;
  readonly close: () => Promise<void>;
};

/** What nobody may see but the token host. */
export const KEY_SECRET = "key-secret-123";

/**
 * Starts a server and a client of it; whoever does closes them.
 *
 * @param authUrl - default: the server itself
 */
export async function startProject(
  serverOptions: ProjectServerOptions = {},
  options: Partial<SinchConnectionOptions> = {},
  authUrl?: string,
): Promise<Project> {
  const server = await startProjectServer(serverOptions);
  const { baseUrl } = server;
  const client = createSinchClient({
    baseUrl,
    auth: {
      kind: "project",
      projectId: "a/project",
      keyId: "key-id",
      keySecret: KEY_SECRET,
      authUrl: authUrl ?? baseUrl,
    },
    ...options,
  });
  const close = async (): Promise<void> => {
    client.close();
    await server.close();
  };
  return { server, client, close };
}

function isForToken({ url }: { readonly url?: string | undefined }): boolean {
  return url === "/oauth2/token";
}

async function startProjectServer({
  token = (response, number) => giveToken(response, `token-${number}`),
  api = (_, response) => response.writeHead(201).end('{"id": "01HEAWCHESCXG8SDG5R10VF8E1"}'),
}: ProjectServerOptions = {}): Promise<ProjectServer> {
  const expired = new Set<string>();
  const server = await startLocalServer((request, response) => {
    if (isForToken(request)) {
      token(response, server.requests.filter(isForToken).length);
    } else if (expired.has(String(request.headers.authorization).replace("Bearer ", ""))) {
      response.writeHead(401, { "www-authenticate": 'Bearer error="invalid_token", error_description="Jwt expired"' });
      response.end();
    } else {
      api(request, response);
    }
  });
  return {
    ...server,
    tokenRequests: () => server.requests.filter(isForToken),
    apiRequests: () => server.requests.filter((request) => !isForToken(request)),
    expire: (value) => expired.add(value),
  };
}
