/** The accounts, by name. */
export function usersKey(prefix: string): string {
  return `${prefix}:board:users`;
}

/** @param digest - of its token */
export function sessionKey(prefix: string, digest: string): string {
  return `${prefix}:board:session:${digest}`;
}

/** @param digest - of an account's name, or of an address */
export function triesKey(prefix: string, digest: string): string {
  return `${prefix}:board:tries:${digest}`;
}

export function logKey(prefix: string): string {
  return `${prefix}:board:log`;
}

export function secretKey(prefix: string): string {
  return `${prefix}:board:secret`;
}
