/** What a health check found. `reason` is for people, `details` are counts and names: never anything personal. */
export type Verdict = { ok: boolean; reason?: string | undefined; details?: object | undefined };

/** Looks at one process's health. Throwing or taking too long means not ok. */
export type HealthCheck = () => Verdict | Promise<Verdict>;
