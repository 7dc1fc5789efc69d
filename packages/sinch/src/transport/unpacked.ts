import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

const UNPACKERS = { gzip: createGunzip, "x-gzip": createGunzip, deflate: createInflate, br: createBrotliDecompress };

/** What is in an answer, without its compression. @param fail - is told of one that is broken */
export function unpacked(response: IncomingMessage, fail: (error: Error) => void): Readable {
  const encoding = response.headers["content-encoding"]?.toLowerCase();
  if (encoding === undefined || !(encoding in UNPACKERS)) return response;
  const unpacker = UNPACKERS[encoding as keyof typeof UNPACKERS]();
  unpacker.on("error", fail);
  return response.pipe(unpacker);
}
