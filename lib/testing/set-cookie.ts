/** The `Set-Cookie` header of a session cookie, as Kratos writes it without TLS. */
export function setCookie(name: string, value: string, expiresAtMs: number, now: number): string {
  const maxAge = Math.trunc((expiresAtMs - now) / 1000)
  const expires = new Date(now + maxAge * 1000).toUTCString()
  return `${name}=${value}; Path=/; Expires=${expires}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`
}
