import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** Paths of a certificate and its key (PEM). */
export type Certificate = { readonly cert: string; readonly key: string };

/** An authority, a certificate for 127.0.0.1 that it has signed, and one that nobody has signed who is trusted. */
export type Certificates = { readonly authority: string; readonly good: Certificate; readonly forged: Certificate };

/** Makes them in a folder. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const named = (name: string): Certificate => ({
    cert: join(folder, `${name}.crt`),
    key: join(folder, `${name}.key`),
  });
  const [authority, good, forged] = [named("ca"), named("good"), named("forged")];
  const names = "subjectAltName=IP:127.0.0.1";
  const selfSigned = "req -x509 -newkey rsa:2048 -nodes -days 2";
  await openssl(`${selfSigned} -subj /CN=faults -keyout ${authority.key} -out ${authority.cert}`);
  await openssl(`${selfSigned} -subj /CN=forged -addext ${names} -keyout ${forged.key} -out ${forged.cert}`);
  const request = join(folder, "good.csr");
  const extensions = join(folder, "names");
  await writeFile(extensions, names);
  await openssl(`req -newkey rsa:2048 -nodes -subj /CN=good -keyout ${good.key} -out ${request}`);
  const signer = `-CA ${authority.cert} -CAkey ${authority.key} -CAcreateserial -days 2 -extfile ${extensions}`;
  await openssl(`x509 -req -in ${request} ${signer} -out ${good.cert}`);
  return { authority: authority.cert, good, forged };
}

async function openssl(command: string): Promise<void> {
  await promisify(execFile)("openssl", command.split(" "));
}
