import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port of 127.0.0.1 that is free at this moment.
 *
 * @param wanted - taken when it is free; 0 for any
 */
export async function freePort(wanted: number): Promise<number> {
  return (await portOf(wanted)) ?? (await portOf(0)) ?? wanted;
}

async function portOf(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : null;
  } catch {
    return null;
  } finally {
    server.close();
  }
}
