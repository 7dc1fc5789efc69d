import { createGotTransport } from "../src/transport/got-transport.ts";
import { createNodeTransport } from "../src/transport/node-transport.ts";

/** Every transport, by its name: all of them keep the same promises. */
export const TRANSPORTS = [
  ["got", createGotTransport],
  ["node", createNodeTransport],
] as const;
