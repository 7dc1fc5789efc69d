import { createServer, type Server } from "node:http";
import { Webhook } from "standardwebhooks";

/** Takes events that are signed with the secret. `take` gets each at least once: it remembers the IDs. */
export function takeEvents(secret: string, take: (id: string, event: unknown) => Promise<void>): Server {
  const webhook = new Webhook(secret);
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = request.headers as Record<string, string>;
      let event: unknown;
      try {
        event = webhook.verify(Buffer.concat(chunks).toString(), headers);
      } catch {
        response.writeHead(401).end();
        return;
      }
      take(headers["webhook-id"] ?? "", event).then(
        () => response.writeHead(204).end(),
        () => response.writeHead(503).end(), // it comes again
      );
    });
  });
}
