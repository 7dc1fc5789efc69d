import { describe, expect, it } from "@jest/globals";
import { readSend } from "@volley/contract";
import type { Batch, BatchReading } from "@volley/sinch";
import { chooseBatch } from "./choose-batch.ts";
import type { SentRequest } from "./compare-batch.ts";

const ANN = "46701234567";
const CREATED = "2026-12-01T08:00:00.000Z";
const OURS = { type: "mt_text", from: "Volley", to: [ANN], body: "Hi", created_at: CREATED, canceled: false };

function request(): SentRequest {
  const read = readSend({ from: "Volley", to: [ANN], body: "Hi" }, new Date(CREATED));
  if (!read.ok) throw new Error("the send is wrong");
  return { send: read.send, recipients: [ANN], open: [ANN] };
}

/** A provider that shows these batches when they are read one by one. */
function provider(...batches: Batch[]): { asked: string[]; readBatch: (id: string) => Promise<BatchReading> } {
  const asked: string[] = [];
  return {
    asked,
    readBatch: async (id) => {
      asked.push(id);
      const batch = batches.find((each) => each.id === id);
      return batch
        ? { kind: "batch", batch }
        : { kind: "unauthorized", status: 404, code: "http_404", text: "there is none" };
    },
  };
}

describe("chooseBatch", () => {
  it("knows that one which is listed to some, and cannot be read, may be to more", async () => {
    const listed = { ...OURS, id: "a", to: [ANN] };
    const { readBatch } = provider();
    const two = { ...request(), recipients: [ANN, "46701234568"], open: [ANN, "46701234568"] };
    const chosen = await chooseBatch({ readBatch }, [listed], two);
    expect(chosen).toMatchObject({ kind: "found", batch: { id: "a", to: [ANN, ""] } });
  });

  it("takes ours among others, and reads none that shows enough", async () => {
    const batches = [
      { ...OURS, id: "a", body: "Ho" },
      { ...OURS, id: "b" },
      { ...OURS, id: "c" },
    ];
    const { asked, readBatch } = provider();
    expect(await chooseBatch({ readBatch }, batches, request())).toMatchObject({ kind: "found", batch: { id: "b" } });
    expect(asked).toEqual([]);
  });

  it("reads the batch itself where the list does not show whom it is to", async () => {
    const { asked, readBatch } = provider({ ...OURS, id: "a", to: ["46701234568"] }, { ...OURS, id: "b" });
    const batches = ["a", "b"].map((id) => ({ ...OURS, id, to: undefined }));
    expect(await chooseBatch({ readBatch }, batches, request())).toMatchObject({
      kind: "found",
      batch: { id: "b", to: [ANN] },
    });
    expect(asked).toEqual(["a", "b"]);
  });

  it("keeps what the list has shown where the batch itself shows less", async () => {
    const { readBatch } = provider({ id: "a", body: undefined, to: undefined, canceled: false });
    const listed = { ...OURS, id: "a", from: undefined };
    expect(await chooseBatch({ readBatch }, [listed], request())).toMatchObject({
      kind: "found",
      batch: { to: [ANN] },
    });
  });

  it("takes one that shows nothing anywhere: the reference is ours", async () => {
    const { readBatch } = provider({ id: "a", canceled: false });
    const choice = await chooseBatch({ readBatch }, [{ id: "a", canceled: false }], request());
    expect(choice).toMatchObject({ kind: "found", batch: { id: "a" } });
  });

  it("takes one that is listed and cannot be read yet", async () => {
    const { readBatch } = provider();
    const choice = await chooseBatch({ readBatch }, [{ ...OURS, id: "a", to: undefined }], request());
    expect(choice).toMatchObject({ kind: "found", batch: { id: "a" } });
  });

  it("says by what the newest differs when all are others", async () => {
    const { readBatch } = provider({ ...OURS, id: "b", to: ["46701234568"] });
    const batches = [
      { ...OURS, id: "a", from: "Volleys" },
      { ...OURS, id: "b", to: undefined },
    ];
    expect(await chooseBatch({ readBatch }, batches, request())).toEqual({ kind: "others", field: "from" });
  });

  it("takes a canceled one only where there is no other of ours", async () => {
    const { readBatch } = provider();
    const canceled = { ...OURS, id: "a", canceled: true };
    const alive = { ...OURS, id: "b" };
    expect(await chooseBatch({ readBatch }, [canceled, alive], request())).toMatchObject({ batch: { id: "b" } });
    const other = { ...alive, body: "Ho" };
    expect(await chooseBatch({ readBatch }, [canceled, other], request())).toMatchObject({ batch: { id: "a" } });
  });

  it("never takes a batch that could not be read for another one", async () => {
    const failure = { kind: "throttled", code: "http_429", text: "HTTP 429", retryAfterMs: null } as const;
    const batches = [
      { ...OURS, id: "a", to: undefined },
      { ...OURS, id: "b" },
    ];
    const choice = await chooseBatch({ readBatch: async () => failure }, batches, request());
    expect(choice).toEqual({ kind: "unasked", failure });
  });

  it("reads a few at most", async () => {
    const batches = Array.from({ length: 50 }, (_, index) => ({ ...OURS, id: `b${index}`, to: undefined }));
    const { asked, readBatch } = provider(...batches.map((batch) => ({ ...batch, to: ["46701234568"] })));
    expect(await chooseBatch({ readBatch }, batches, request())).toEqual({ kind: "others", field: "to" });
    expect(asked).toHaveLength(10);
  });
});
