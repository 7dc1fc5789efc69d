import type { ProducerOptions } from "@volley/producer";
import {
  type AppSettings,
  createSettingsReader,
  type Environment,
  readAppSettings,
  readOptOutReplicas,
  readProofS,
  readSuppressionSecret,
} from "@volley/runtime";

/** The board's settings. */
export type BoardConfig = AppSettings & {
  /** `VOLLEY_REGIONS`, in the order in which they are shown. */
  regions: readonly string[];
  /** `VOLLEY_BOARD_USER` */
  user: string;
  /** `VOLLEY_BOARD_PASSWORD`; without one there are the accounts of `volley board user` alone. */
  password: string | undefined;
  /** `VOLLEY_BOARD_READ_ONLY`: whether that one account is a viewer, and no operator. */
  readOnly: boolean;
  /** `VOLLEY_BOARD_SHOW_RECIPIENTS`; otherwise recipients and texts are masked. */
  showRecipients: boolean;
  /** `VOLLEY_BOARD_PROXY_ADDRESSES`: networks of proxies whose word is taken for where a request comes from. */
  proxyAddresses: readonly string[];
  /** `VOLLEY_BOARD_PROXY_USER_HEADER`: in which header they say who it is; without one everybody signs in here. */
  proxyUserHeader: string | undefined;
  /** `VOLLEY_BOARD_PROXY_OPERATORS`: which of these are operators; all others are viewers. */
  proxyOperators: readonly string[];
  /** `VOLLEY_BOARD_SEGMENT_PRICE`: what one segment costs, in whatever currency. */
  segmentPrice: number | undefined;
  /** `VOLLEY_SUPPRESSION_SECRET`, `VOLLEY_PROOF_DAYS`, `VOLLEY_OPT_OUT_REPLICAS`, as the workers have them: for decisions. */
  producerOptions: Pick<ProducerOptions, "proofS" | "optOutReplicas" | "suppressionSecret">;
};

const ADDRESS = String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?|[\da-fA-F]*:[\da-fA-F:]*(?:/\d{1,3})?)`;
const NETWORKS = new RegExp(`^\\s*${ADDRESS}(?:\\s*,\\s*${ADDRESS})*\\s*$`);

/**
 * Reads the board's settings.
 *
 * @throws SettingsError with everything that is wrong
 */
export function readBoardConfig(environment: Environment): BoardConfig {
  const reader = createSettingsReader(environment);
  const { names, app } = readAppSettings(environment, reader, { port: 8082, regions: ["us"] });
  const proxyUserHeader = reader.optionalText("VOLLEY_BOARD_PROXY_USER_HEADER", {
    pattern: /^[A-Za-z][\w-]{0,63}$/,
    expected: "the name of a header, such as X-Auth-Request-Email",
  });
  const proxyAddresses = listOf(
    reader.optionalText("VOLLEY_BOARD_PROXY_ADDRESSES", {
      pattern: NETWORKS,
      expected: "addresses or networks with commas between them, such as 10.0.0.0/8",
    }),
  );
  const proxyOperators = listOf(reader.optionalText("VOLLEY_BOARD_PROXY_OPERATORS"));
  if (proxyUserHeader !== undefined && proxyAddresses.length === 0) {
    reader.problem(
      "VOLLEY_BOARD_PROXY_ADDRESSES: expected those of the proxy that VOLLEY_BOARD_PROXY_USER_HEADER trusts",
    );
  }
  const suppressionSecret = readSuppressionSecret(reader);
  return reader.finish({
    ...app,
    regions: names,
    user: reader.text("VOLLEY_BOARD_USER", {
      default: "volley",
      pattern: /^[^:]+$/,
      expected: "a name without a colon",
    }),
    password: reader.optionalText("VOLLEY_BOARD_PASSWORD", { secret: true }),
    readOnly: reader.boolean("VOLLEY_BOARD_READ_ONLY", { default: true }),
    showRecipients: reader.boolean("VOLLEY_BOARD_SHOW_RECIPIENTS", { default: false }),
    proxyAddresses,
    proxyUserHeader: proxyUserHeader?.toLowerCase(),
    proxyOperators,
    segmentPrice: reader.optionalNumber("VOLLEY_BOARD_SEGMENT_PRICE", { minimum: 0, maximum: 1_000 }),
    producerOptions: {
      proofS: readProofS(reader),
      optOutReplicas: readOptOutReplicas(reader) ?? "auto",
      ...(suppressionSecret !== undefined && { suppressionSecret }),
    },
  });
}

function listOf(text = ""): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
}
