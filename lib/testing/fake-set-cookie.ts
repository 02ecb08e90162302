/** The `Set-Cookie` header of a session cookie, as Kratos writes it without TLS. */
export function setCookie(name: string, value: string, expiresAtMs: number, now: number): string {
  const maxAge = Math.trunc((expiresAtMs - now) / 1000)
  const expires = new Date(now + maxAge * 1000).toUTCString()
  return `${name}=${value}; Path=/; Expires=${expires}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`
}

/** The `Set-Cookie` header that takes a session cookie back. Kratos sends a value all the same. */
export function clearCookie(name: string, value: string): string {
  const expires = new Date(1_000).toUTCString()
  return `${name}=${value}; Path=/; Expires=${expires}; Max-Age=0; HttpOnly; SameSite=Lax`
}
