import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** What a password has to be: long enough not to be guessed within the tries that there are. */
export const PASSWORD_LENGTHS = { least: 8, most: 256 } as const;

/** OWASP's parameters for 32 MB of memory. They stand beside each hash, so that others may come later. */
const PARAMETERS = { N: 2 ** 15, r: 8, p: 3 } as const;

const [SALT_BYTES, HASH_BYTES] = [16, 32];

const KEPT = /^scrypt\$(?<N>\d{1,8})\$(?<r>\d{1,3})\$(?<p>\d{1,3})\$(?<salt>[\w-]{16,128})\$(?<hash>[\w-]{16,128})$/;

/** More than that no hash of ours takes: what somebody has written into Redis does not stop the process. */
const MOST_MEMORY = 256 * 1024 * 1024;

type Parameters = { readonly N: number; readonly r: number; readonly p: number };

/** @returns what is kept of a password: parameters, salt and hash */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, { ...PARAMETERS, bytes: HASH_BYTES });
  const { N, r, p } = PARAMETERS;
  return ["scrypt", N, r, p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/**
 * Whether a password is the one that was kept; compared in constant time.
 *
 * @param kept - of `hashPassword`; `null` where there is no such account: it takes as long, and is never right
 */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  const { N, r, p, salt, hash } = KEPT.exec(kept ?? "")?.groups ?? {};
  const wanted = Buffer.from(hash ?? "", "base64url");
  const parameters = hash === undefined ? PARAMETERS : { N: Number(N), r: Number(r), p: Number(p) };
  const bytes = wanted.length || HASH_BYTES;
  const given = await derive(password, Buffer.from(salt ?? "nobody", "base64url"), { ...parameters, bytes }).catch(
    () => null,
  );
  return given !== null && wanted.length > 0 && timingSafeEqual(given, wanted);
}

async function derive(
  password: string,
  salt: Buffer,
  { bytes, ...parameters }: Parameters & { readonly bytes: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, bytes, { ...parameters, maxmem: MOST_MEMORY }, (error, hash) => {
      if (error) reject(error);
      else resolve(hash);
    });
  });
}
