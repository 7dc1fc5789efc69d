import type { Producer } from "./producer.ts";
import { requireCall, requireDecision } from "./producer-options.ts";

/**
 * A producer that refuses the wrong options of a call before anything else is done. Coalescing, where every object counts,
 * and the calls of a region look at their own.
 */
export function checkedProducer(producer: Producer): Producer {
  return {
    ...producer,
    enqueue: async (send, options) => {
      requireCall("enqueue", options);
      return producer.enqueue(send, options);
    },
    check: async (send, options = {}) => {
      requireCall("check", options);
      return producer.check(send, options);
    },
    status: async (id, options = {}) => {
      requireCall("status", options);
      return producer.status(id, options);
    },
    batches: async (id, options = {}) => {
      requireCall("batches", options);
      return producer.batches(id, options);
    },
    cancel: async (id, options = {}) => {
      requireCall("cancel", options);
      return producer.cancel(id, options);
    },
    retry: async (id, options = {}) => {
      requireCall("retry", options);
      return producer.retry(id, options);
    },
    resolve: async (id, decision, options = {}) => {
      requireDecision(decision);
      requireCall("resolve", options);
      return producer.resolve(id, decision, options);
    },
  };
}
