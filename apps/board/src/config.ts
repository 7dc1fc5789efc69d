import { type AppSettings, createSettingsReader, type Environment, readAppSettings } from "@volley/runtime";

/** The board's settings. */
export type BoardConfig = AppSettings & {
  /** `VOLLEY_REGIONS`, in the order in which they are shown. */
  regions: readonly string[];
  /** `VOLLEY_BOARD_USER` */
  user: string;
  /** `VOLLEY_BOARD_PASSWORD`; without one the board is locked. */
  password: string | undefined;
  /** `VOLLEY_BOARD_READ_ONLY`; a retry in a board sends real messages. */
  readOnly: boolean;
  /** `VOLLEY_BOARD_SHOW_RECIPIENTS`; otherwise recipients and texts are masked. */
  showRecipients: boolean;
};

/**
 * Reads the board's settings.
 *
 * @throws SettingsError with everything that is wrong
 */
export function readBoardConfig(environment: Environment): BoardConfig {
  const reader = createSettingsReader(environment);
  const { names, app } = readAppSettings(environment, reader, { port: 8082, regions: ["us"] });
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
  });
}
