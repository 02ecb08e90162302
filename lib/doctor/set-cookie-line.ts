/** The attributes of a `Set-Cookie` line (RFC 6265 §5.2). Its value is not kept. */
export interface CookieAttributes {
  readonly name: string
  /** Without a leading dot; `undefined`: the host that set it, alone. */
  readonly domain: string | undefined
  readonly path: string
  readonly isSecure: boolean
  readonly sameSite: 'strict' | 'lax' | 'none' | undefined
}

export function readSetCookie(line: string): CookieAttributes {
  const [pair = '', ...parts] = line.split(';')
  const given = new Map(
    parts.map((part) => {
      const [name = '', value = ''] = part.split('=')
      return [name.trim().toLowerCase(), value.trim()] as const
    }),
  )
  const sameSite = given.get('samesite')?.toLowerCase()
  const path = given.get('path') ?? '/'
  const domain = given.get('domain')?.toLowerCase().replace(/^\./, '')
  return {
    name: (pair.split('=')[0] ?? '').trim(),
    domain: domain === '' ? undefined : domain,
    path: path.startsWith('/') ? path : '/',
    isSecure: given.has('secure'),
    sameSite:
      sameSite === 'strict' || sameSite === 'lax' || sameSite === 'none' ? sameSite : undefined,
  }
}

/** The attributes as a line shows them. */
export function showCookie({ name, domain, path, isSecure, sameSite }: CookieAttributes): string {
  return [
    name.startsWith('csrf_token_') ? 'the CSRF cookie' : name,
    domain === undefined ? 'no Domain' : `Domain=${domain}`,
    `Path=${path}`,
    ...(isSecure ? ['Secure'] : []),
    ...(sameSite === undefined ? ['no SameSite'] : [`SameSite=${sameSite}`]),
  ].join('; ')
}

/** Whether a host is within a cookie's domain (RFC 6265 §5.1.3). */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$|:/.test(host))
}

/** Whether a path is below a cookie's path (RFC 6265 §5.1.4). */
export function isBelow(path: string, cookiePath: string): boolean {
  return path === cookiePath || path.startsWith(cookiePath.replace(/\/?$/, '/'))
}
