import { readFileSync } from "node:fs";
import { readRoutes, type Routes } from "@volley/contract";
import type { ProducerOptions } from "@volley/producer";
import {
  type AppSettings,
  createSettingsReader,
  type Environment,
  type EvictionAnswer,
  readAppSettings,
  readEvictionAnswer,
  readOptOutReplicas,
  readProofS,
  readSuppressionSecret,
  type SettingsReader,
} from "@volley/runtime";

/** The settings of the HTTP API. */
export type ApiConfig = AppSettings & {
  /** `VOLLEY_REDIS_EVICTION`: what becomes of the process whose Redis forgets keys when it is full. */
  readonly eviction: EvictionAnswer;
  /** `VOLLEY_LEAD_MS`, `VOLLEY_ROUTES_FILE`, `VOLLEY_SUPPRESSION_SECRET`, `VOLLEY_PROOF_DAYS`, `VOLLEY_OPT_OUT_REPLICAS` */
  readonly producerOptions: Omit<ProducerOptions, "connection" | "redis" | "prefix">;
};

/** As the worker's: its default and its bounds, in milliseconds. */
const LEAD_MS = { default: 60_000, minimum: 0, maximum: 72 * 60 * 60 * 1_000 };

/**
 * Reads the settings of the HTTP API.
 *
 * @throws SettingsError with everything that is wrong
 */
export function readApiConfig(environment: Environment): ApiConfig {
  const reader = createSettingsReader(environment);
  // A key says which regions it is for: those of this process are no matter.
  const { app } = readAppSettings(environment, reader, { port: 8080, regions: ["us"] });
  const routes = readRoutesFile(reader);
  const suppressionSecret = readSuppressionSecret(reader);
  return reader.finish({
    ...app,
    eviction: readEvictionAnswer(reader),
    producerOptions: {
      leadMs: reader.integer("VOLLEY_LEAD_MS", LEAD_MS),
      proofS: readProofS(reader),
      optOutReplicas: readOptOutReplicas(reader) ?? "auto",
      ...(routes && { routes }),
      ...(suppressionSecret !== undefined && { suppressionSecret }),
    },
  });
}

/** `VOLLEY_ROUTES_FILE`: to which region a number goes, for the region `auto`. */
function readRoutesFile(reader: SettingsReader): Routes | null {
  const file = reader.optionalText("VOLLEY_ROUTES_FILE");
  if (file === undefined) return null;
  const read = readRoutes(jsonIn(file));
  if (read.ok) return read.routes;
  for (const { field, message } of read.problems) reader.problem(`VOLLEY_ROUTES_FILE: ${field}: ${message}`);
  return null;
}

/** @returns `undefined` for what cannot be read */
function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
