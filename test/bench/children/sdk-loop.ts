import { SinchClient } from "@sinch/sdk-core";
import pLimit from "p-limit";
import { pagesOfPeople } from "./people.ts";
import { serve } from "./serve.ts";

type Run = {
  readonly baseUrl: string;
  readonly plan: string;
  readonly token: string;
  readonly recipients: number;
  readonly concurrency: number;
};

/** What one writes in ten lines: Sinch's own client in a loop with p-limit, a thousand recipients a call. It keeps nothing. */
serve({
  run: async ({ baseUrl, plan, token, recipients, concurrency }: Run) => {
    const { sms } = new SinchClient({
      servicePlanId: plan,
      apiToken: token,
      smsHostname: baseUrl,
      smsRegion: "us",
      logger: null,
    });
    const pages = [...pagesOfPeople(recipients, 1_000)];
    const limit = pLimit(concurrency);
    const start = performance.now();
    await limit.map(pages, async (to) => {
      const text = { from: "12015550123", to, body: "The doors open at seven. See you there!" };
      const { id } = await sms.batches.send({ sendSMSRequestBody: text });
      return id;
    });
    return { durationMs: performance.now() - start };
  },
});
