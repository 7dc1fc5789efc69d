/**
 * The group of the options and commands that few need: `--help` only names them, so that it fits a screen, and
 * `volley help <command> --all` describes them, too.
 */
export const SELDOM = "Less used:";
