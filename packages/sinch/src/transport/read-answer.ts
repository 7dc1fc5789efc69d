import type { Request, Response } from "got";
import type { TransportAnswer } from "./transport.ts";

/**
 * Reads the answer to a request to its end.
 *
 * @param maxBytes - a longer one is not read any further; after decompression
 * @returns `null` for an answer that is too long
 * @throws RequestError when there is none, or none that is whole
 */
export async function readAnswer(request: Request, maxBytes: number): Promise<TransportAnswer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let response: Response | undefined;
    request.once("response", (answer: Response) => {
      response = answer;
    });
    request.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= maxBytes) return;
      resolve(null);
      request.destroy();
    });
    request.once("error", reject);
    // After an end or an error this says nothing more; nobody waits for ever whatever becomes of a stream.
    request.once("close", () => reject(new Error("closed without an answer")));
    request.once("end", () => {
      if (response === undefined) return;
      const { statusCode: status, headers } = response;
      resolve({ status, headers, body: Buffer.concat(chunks).toString() });
    });
  });
}
