/** What lets this page's own style elements through its Content-Security-Policy; the server writes it. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}
