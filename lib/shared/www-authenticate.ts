/**
 * Writes a `WWW-Authenticate` challenge of the Bearer scheme.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 * @see https://www.rfc-editor.org/rfc/rfc9470#section-3 for `acr_values` and `max_age`
 */
export function bearerChallenge(
  realm: string,
  parameters: Readonly<Record<string, string>> = {},
): string {
  const all = Object.entries({ realm, ...parameters })
  return `Bearer ${all.map(([name, value]) => `${name}=${quote(value)}`).join(', ')}`
}

// The quoted-string of RFC 9110 §5.6.4.
function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
