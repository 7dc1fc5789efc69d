import {
  type AccountPlace,
  endSession,
  findAccount,
  giveBackTry,
  isFirstOfHour,
  isPassword,
  openSession,
  proofOf,
  type Role,
  takeTry,
  writeAction,
} from "@volley/accounts";
import type { Logger } from "@volley/runtime";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { html } from "../html/html.ts";
import { shell } from "../html/shell.ts";
import { readToken, writeToken } from "./cookie.ts";
import { tooMany } from "./guard.ts";
import type { Identity } from "./identify.ts";

/** Whom passwords are of, and who hears of tries. */
type SignInOptions = {
  readonly accounts: AccountPlace;
  readonly identity: Identity;
  readonly isConnected: () => Promise<boolean>;
  readonly log: Pick<Logger, "warn">;
};

/** Passwords that are looked at at once, each with 32 MB of memory; whoever comes then is asked to come again. */
const MOST_AT_ONCE = 2;

const SECOND = { status: 503, sentence: "Many people sign in at this moment: try again in a second." };

/** Adds the page to sign in at, and the way out. */
export function addSignIn(server: FastifyInstance, options: SignInOptions): void {
  let atOnce = 0;
  server.get("/sign-in", async (request, reply) => {
    // From a link elsewhere the browser sends no cookie of ours; asked for again from here it does, if there is one.
    if (request.headers["sec-fetch-site"] === "cross-site") {
      const to = ownPath(new URLSearchParams(request.url.split("?")[1]).get("to"));
      return reply.header("refresh", `0; url=${to}`).type("text/html; charset=utf-8").send("");
    }
    return show(request, reply, { status: 200, sentence: "" });
  });
  server.post("/sign-in", async (request, reply) => {
    if (!(await options.isConnected())) {
      return show(request, reply, { status: 503, sentence: "Redis is not connected: nobody can sign in." });
    }
    if (atOnce >= MOST_AT_ONCE) return show(request, reply, SECOND);
    atOnce += 1;
    try {
      return await signIn(request, reply, options);
    } finally {
      atOnce -= 1;
    }
  });
  server.post("/sign-out", async (request, reply) => {
    const token = readToken(request.headers.cookie);
    if (token !== undefined) await endSession(options.accounts, token);
    return reply.header("set-cookie", writeToken(undefined, request.headers)).redirect("/sign-in", 303);
  });
}

async function signIn(request: FastifyRequest, reply: FastifyReply, { accounts, identity, log }: SignInOptions) {
  const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
  const [name, password] = [(form.get("name") ?? "").trim().toLowerCase(), form.get("password") ?? ""];
  const typed = (form.get("name") ?? "").trim();
  const address = identity.addressOf(request);
  const tried = { name: typed === identity.settings?.name ? typed : name, address };
  const { waitMs, isLast } = await takeTry(accounts, tried);
  if (waitMs > 0) {
    log.warn({ address }, "a try to sign in was refused: too many");
    return show(request, reply, tooMany(waitMs));
  }
  const found = await accountOf(tried.name, password.slice(0, 1_000), { accounts, identity });
  if (found === null || !found.isRight) {
    log.warn({ address, isKnown: found !== null, isLast }, "a try to sign in has failed");
    if (isLast)
      await note(accounts, {
        who: found === null ? "somebody" : tried.name,
        what: "sign-in.refused",
        detail: `too many wrong passwords, from ${address}`,
      });
    return show(request, reply, { status: 401, sentence: "That name and that password do not belong together." });
  }
  await giveBackTry(accounts, tried);
  const token = await openSession(accounts, { name: tried.name, proof: found.proof }, new Date());
  // Once in an hour: whoever signs in again and again pushes nothing out of the log.
  if (await isFirstOfHour(accounts, tried)) {
    await note(accounts, { who: tried.name, role: found.role, what: "sign-in", detail: `from ${address}` });
  }
  return reply.header("set-cookie", writeToken(token, request.headers)).redirect(ownPath(form.get("to")), 303);
}

async function note(
  accounts: AccountPlace,
  action: { who: string; role?: string; what: string; detail: string },
): Promise<void> {
  await writeAction(accounts, { role: "", about: "", reason: "", ...action }, new Date());
}

type Found = { readonly role: Role; readonly proof: string; readonly isRight: boolean };

/** @returns `null` where there is no such account, which takes as long as a wrong password */
async function accountOf(
  name: string,
  password: string,
  { accounts, identity }: Pick<SignInOptions, "accounts" | "identity">,
): Promise<Found | null> {
  const { settings } = identity;
  if (settings !== null && name === settings.name) {
    // As long as any other name takes: the time does not tell which name it is.
    await isPassword(password, null);
    return { role: settings.role, proof: settings.proof, isRight: identity.isSettingsPassword(name, password) };
  }
  const account = await findAccount(accounts, name);
  const isRight = await isPassword(password, account?.password ?? null);
  return account && { role: account.role, proof: proofOf(account), isRight };
}

/** Where somebody was going, if that is here. */
export function ownPath(to: string | null): string {
  const base = "http://board.invalid";
  if (to === null || !to.startsWith("/") || !URL.canParse(to, base)) return "/";
  const { origin, pathname, search } = new URL(to, base);
  return origin === base && !pathname.startsWith("//") ? pathname + search : "/";
}

type Said = { readonly status: number; readonly sentence: string; readonly headers?: Record<string, string> };

async function show(request: FastifyRequest, reply: FastifyReply, { status, sentence, headers = {} }: Said) {
  const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams(request.url.split("?")[1]);
  const main = html`<div class="card">
    ${sentence !== "" && html`<div class="notice bad" role="alert"><p>${sentence}</p></div>`}
    <form class="stack" method="post" action="/sign-in">
      <input type="hidden" name="to" value="${ownPath(form.get("to"))}" />
      <label
        >Name <input name="name" autocomplete="username" autocapitalize="none" required autofocus maxlength="100"
      /></label>
      <label
        >Password <input name="password" type="password" autocomplete="current-password" required maxlength="1000"
      /></label>
      <div><button>Sign in</button></div>
    </form>
    <p class="quiet small">
      An account is made by whoever runs Volley: <code>volley board user add &lt;name&gt; --role operator</code>.
    </p>
  </div>`;
  const page = shell({ title: "Sign in", main }, null, "/sign-in");
  return reply.code(status).headers(headers).type("text/html; charset=utf-8").send(page);
}
