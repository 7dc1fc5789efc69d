import type { FastifyInstance } from "fastify";
import { acceptedBatch } from "../batches/accepted-batch.ts";
import { textsTo } from "../batches/texts-to.ts";
import type { Emulation } from "../emulation/emulation.ts";
import type { Emulator } from "../emulation/emulator.ts";
import type { Inbound, NewInbound } from "../inbounds/inbound.ts";
import { receiveInbound } from "../emulation/receive-inbound.ts";

/** What a test holds in its hands: questions and orders to an emulation that is being served. */
export function createEmulator(emulation: Emulation, app: FastifyInstance, url: () => string): Emulator {
  const { store, faults, log, sender, reports, tokens, callbacks, inbounds, now } = emulation;
  return {
    get url() {
      return url();
    },
    faults,
    timesTexted: (number) => {
      store.settle(now());
      return store.timesTexted(number);
    },
    textsTo: (number) => {
      store.settle(now());
      return textsTo(store.all(), number);
    },
    batches: () => store.all().map((batch) => acceptedBatch(batch)),
    requests: () => log.list(),
    stats: () => {
      store.settle(now());
      return { ...log.totals(), batches: store.all().length, ...store.totals() };
    },
    receive: (message) => receive(emulation, message),
    inbounds: () =>
      inbounds.all().map(({ plan, inbound, takenAtMs }) => ({ plan, ...inbound, acknowledged_at: takenAtMs })),
    callbacks: () => ({ ...sender.totals(), last: sender.attempts() }),
    setCallbacks: (settings, plan) => callbacks.change(settings, plan),
    tokens: () => tokens.totals(),
    expireTokens: () => tokens.expireAll(),
    reset: () => reset(emulation),
    close: () => {
      reports.clear();
      sender.clear();
      return app.close();
    },
  };
}

function reset({ store, groups, inbounds, faults, log, reports, sender, tokens }: Emulation): void {
  reports.clear();
  sender.clear();
  for (const forgetful of [store, groups, inbounds, faults, log, tokens]) forgetful.clear();
}

function receive(emulation: Emulation, message: NewInbound): Inbound {
  const received = receiveInbound(emulation, message);
  if (!received.isReceived) throw new TypeError(`not an inbound message: ${received.problems.join("; ")}`);
  return received.inbound;
}
