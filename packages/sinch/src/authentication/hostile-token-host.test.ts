import { afterEach, expect, test } from "@jest/globals";
import { BATCH } from "../../test/every-call.ts";
import { startLocalServer, startSocketServer } from "../../test/local-server.ts";
import { createSinchClient } from "../client/sinch-client.ts";

const OTHER_PROTOCOL = "HTTP/1.1 101 Other\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n";

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

/** What a token host may answer in place of a token, and whether it says nothing more then. */
const NO_TOKENS: readonly [string, string, boolean][] = [
  ["another protocol", OTHER_PROTOCOL, false],
  ["another protocol without its name", "HTTP/1.1 101 Other\r\nContent-Length: 0\r\n\r\n", false],
  ["199 and nothing else", "HTTP/1.1 199 Wait\r\n\r\n", true],
  ["half an answer", 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"access_token":', true],
  ["a body and another protocol", `HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{${OTHER_PROTOCOL}`, true],
];

test.each(NO_TOKENS)(
  "a token host that says %s once is an outage, and has its next chance",
  async (_, said, isSilent) => {
    const token = JSON.stringify({ access_token: "token", expires_in: 3_600 });
    const answers = [said];
    const tokens = await startSocketServer((socket) =>
      socket.on("data", () =>
        socket.write(answers.pop() ?? `HTTP/1.1 200 OK\r\nContent-Length: ${token.length}\r\n\r\n${token}`),
      ),
    );
    opened.push(tokens);
    const server = await startLocalServer((_request, response) => response.writeHead(201).end('{"id":"a"}'));
    opened.push(server);
    const authUrl = `http://127.0.0.1:${tokens.port}`;
    const auth = { kind: "project", projectId: "project", keyId: "id", keySecret: "key", authUrl } as const;
    const client = createSinchClient({ baseUrl: server.baseUrl, auth, timeoutMs: isSilent ? 700 : 20_000 });
    opened.push(client);
    expect(await client.sendBatch(BATCH)).toMatchObject({ kind: "unavailable", mayBeAccepted: false });
    expect(server.requests).toEqual([]);
    // A call that comes right after a deadline may still wait for the request that this deadline ends.
    let outcome = await client.sendBatch(BATCH);
    for (let tries = 0; tries < 3 && outcome.kind === "unavailable"; tries += 1)
      outcome = await client.sendBatch(BATCH);
    expect(outcome).toMatchObject({ kind: "accepted", batchId: "a" });
  },
);
