import { describe, expect, it } from "@jest/globals";
import { createRoom, memoryForJobs, type Share } from "./room.ts";

const MIB = 1_024 * 1_024;

/** Takes a share. @returns what was granted so far, in the order in which it was */
function takeEach(room: ReturnType<typeof createRoom>, ...sizes: number[]): Share[] {
  const granted: Share[] = [];
  for (const size of sizes) void room.take(size).then((share) => granted.push(share));
  return granted;
}

const settled = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const sizes = (shares: readonly Share[]): number[] => shares.map(({ bytes }) => bytes);

describe("the memory for jobs", () => {
  it("is given out up to its end, and again when it comes back", async () => {
    const granted = takeEach(createRoom(100, 1), 60, 40, 10, 50);
    await settled();
    expect(sizes(granted)).toEqual([60, 40]);
    granted[0]?.giveBack();
    granted[0]?.giveBack();
    await settled();
    expect(sizes(granted)).toEqual([60, 40, 10, 50]);
  });

  it("goes to who came first, also where a smaller one would fit", async () => {
    const granted = takeEach(createRoom(100, 1), 60, 50, 10);
    await settled();
    expect(sizes(granted)).toEqual([60]);
    granted[0]?.shrinkTo(50);
    await settled();
    expect(sizes(granted)).toEqual([60, 50]);
    granted[0]?.giveBack();
    await settled();
    expect(sizes(granted)).toEqual([60, 50, 10]);
  });

  it("is never given out twice: what was shrunk comes back once, and nothing grows", async () => {
    const granted = takeEach(createRoom(100, 1), 100, 70, 30, 1);
    await settled();
    granted[0]?.shrinkTo(30);
    granted[0]?.shrinkTo(90);
    await settled();
    expect(sizes(granted)).toEqual([100, 70]);
    granted[0]?.giveBack();
    await settled();
    expect(sizes(granted)).toEqual([100, 70, 30]);
  });

  it("is all of it for who wants more than there is", async () => {
    const granted = takeEach(createRoom(100, 1), 1_000, 1);
    await settled();
    expect(sizes(granted)).toEqual([100]);
  });

  it.each([
    // The manifest's container, with the heap that Node takes of it.
    [160 * MIB, 50, Math.floor((32 * MIB) / 22 / 50)],
    [160 * MIB, 250, Math.floor((32 * MIB) / 22 / 250)],
    [3_000 * MIB, 50, 64 * 1_024],
  ])("of %s bytes, with %s jobs at once, lets jobs of %s bytes come without asking", (bytes, jobsAtOnce, freely) => {
    expect(createRoom(bytes, jobsAtOnce).freely).toBe(freely);
  });

  it.each([
    ["what the heap leaves", 259 * MIB, 0, 156],
    ["what the heap leaves in a container that holds more", 259 * MIB, 512 * MIB, 156],
    ["what the container leaves where the heap may grow beyond it", 4_144 * MIB, 512 * MIB, 262],
    ["not less than a few jobs need", 64 * MIB, 128 * MIB, 16],
    ["what the heap leaves where the container has no limit", 259 * MIB, 2 ** 64, 156],
  ])("is %s", (_, heapBytes, containerBytes, expectedMib) => {
    expect(Math.floor(memoryForJobs(heapBytes, containerBytes) / MIB)).toBe(expectedMib);
  });
});
