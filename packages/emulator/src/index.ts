export type { AcceptedBatch } from "./accepted-batch.ts";
export type { Emulator, EmulatorFaults, EmulatorStats } from "./emulator.ts";
export type { Fault, FaultAction } from "./faults/fault.ts";
export type { AddedFault } from "./faults/fault-list.ts";
export type { RequestRecord } from "./request-log.ts";
export { startEmulator } from "./start-emulator.ts";
export type { EmulatorOptions } from "./start-emulator.ts";
