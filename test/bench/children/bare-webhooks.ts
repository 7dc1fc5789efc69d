import { createHmac, timingSafeEqual } from "node:crypto";
import { fastify } from "fastify";
import { serve } from "./serve.ts";

/** The naive way to take callbacks: a route that verifies the signature, parses the body and answers. It keeps nothing. */
serve({
  listen: async ({ secret }: { readonly secret: string }) => {
    const server = fastify();
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    server.post("/callbacks", async ({ body, headers }, reply) => {
      if (!Buffer.isBuffer(body)) return await reply.code(400).send();
      const header = (end: string): string => String(headers[`x-sinch-webhook-signature${end}`]);
      const signed = `.${header("-nonce")}.${header("-timestamp")}`;
      const right = createHmac("sha256", secret).update(body).update(signed).digest();
      if (!timingSafeEqual(right, Buffer.from(header(""), "base64"))) return await reply.code(401).send();
      JSON.parse(body.toString("utf8"));
      return await reply.send({});
    });
    return { url: `${await server.listen({ port: 0, host: "127.0.0.1" })}/callbacks` };
  },
});
