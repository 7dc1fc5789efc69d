/**
 * Sent with every answer. bull-board sets styles from its scripts (hence `unsafe-inline` for styles, not for scripts)
 * and its editor starts a worker from a blob; nothing is loaded from anywhere else.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  // What a person saw of jobs does not stay on the disk.
  "cache-control": "no-store",
};

const FONTS_ELSEWHERE = /<link\b[^>]*fonts\.googleapis\.com[^>]*>/g;

/** Takes Google's fonts out of bull-board's page: who opens the board is nobody else's business. */
export function withoutFontsElsewhere(page: string): string {
  return page.replace(FONTS_ELSEWHERE, "");
}
