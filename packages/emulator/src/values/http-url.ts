/** Whether a text is an absolute http or https URL; schemes are written in either case (RFC 3986, 3.1). */
export function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol } = new URL(text);
  return protocol === "http:" || protocol === "https:";
}
