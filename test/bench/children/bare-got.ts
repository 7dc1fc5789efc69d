import { Agent } from "node:http";
import { got } from "got";
import pLimit from "p-limit";
import { Agent as UndiciAgent, request } from "undici";
import { batchBodies, type Posting } from "./batch-bodies.ts";
import { serve } from "./serve.ts";

type Loop = { readonly post: (body: string) => Promise<number> };

let bodies: readonly string[] = [];
let loop: Loop | null = null;
let atOnce = 1;

/** The naive way that sends as fast as an HTTP client can: no queue, bodies that are ready, connections kept alive. */
serve({
  prepare: async (posting: Posting & { readonly client: "got" | "undici" }) => {
    bodies = batchBodies(posting);
    loop = posting.client === "got" ? gotLoop(posting) : undiciLoop(posting);
    atOnce = posting.concurrency;
  },
  run: async () => {
    const current = loop;
    if (current === null) throw new Error("not prepared");
    const limit = pLimit(atOnce);
    const startedAt = Date.now();
    const start = performance.now();
    const statuses = await limit.map(bodies, current.post);
    const durationMs = performance.now() - start;
    if (statuses.some((status) => status !== 201)) throw new Error("a batch was not accepted");
    return { startedAt, durationMs };
  },
});

function gotLoop({ url, token }: Posting): Loop {
  const agent = { http: new Agent({ keepAlive: true }) };
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "application/json" };
  return {
    post: async (body) => {
      const answer = await got.post(url, { body, headers, agent });
      JSON.parse(answer.body);
      return answer.statusCode;
    },
  };
}

function undiciLoop({ url, token }: Posting): Loop {
  const dispatcher = new UndiciAgent({ pipelining: 1 });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "application/json" };
  return {
    post: async (body) => {
      const answer = await request(url, { method: "POST", body, headers, dispatcher });
      await answer.body.json();
      return answer.statusCode;
    },
  };
}
