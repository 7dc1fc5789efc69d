/** A service plan and its API token. */
export type PlanAuthentication = {
  readonly kind: "plan";
  readonly servicePlanId: string;
  readonly apiToken: string;
};

/** A project and an access key of it (OAuth2). The base URL is then that of a project: `https://zt.eu.sms.api.sinch.com`. */
export type ProjectAuthentication = {
  readonly kind: "project";
  readonly projectId: string;
  readonly keyId: string;
  readonly keySecret: string;
  /** Scheme and host that give tokens at `/oauth2/token`. @default https://auth.sinch.com */
  readonly authUrl?: string;
};

/** How the provider knows who calls. */
export type Authentication = PlanAuthentication | ProjectAuthentication;
