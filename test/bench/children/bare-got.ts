import { Agent } from "node:http";
import { got } from "got";
import pLimit from "p-limit";
import { batchBodies, type Posting } from "./batch-bodies.ts";
import { serve } from "./serve.ts";

type Post = (body: string) => Promise<number>;

let bodies: readonly string[] = [];
let post: Post | null = null;
let atOnce = 1;

/** The naive way that sends as fast as an HTTP client can: no queue, bodies that are ready, connections kept alive. */
serve({
  prepare: async (posting: Posting) => {
    bodies = batchBodies(posting);
    post = postTo(posting);
    atOnce = posting.concurrency;
  },
  run: async () => {
    if (post === null) throw new Error("not prepared");
    const limit = pLimit(atOnce);
    const start = performance.now();
    const statuses = await limit.map(bodies, post);
    const durationMs = performance.now() - start;
    if (statuses.some((status) => status !== 201)) throw new Error("a batch was not accepted");
    return { durationMs };
  },
});

function postTo({ url, token }: Posting): Post {
  const agent = { http: new Agent({ keepAlive: true }) };
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "application/json" };
  return async (body) => {
    const answer = await got.post(url, { body, headers, agent });
    JSON.parse(answer.body);
    return answer.statusCode;
  };
}
