import { setupError } from '../shared/error-codes.js'
import { invalidOption } from '../shared/invalid-option.js'

/** Reads an http(s) URL without credentials, query or fragment, and takes the slash off its end. */
export function checkUrl(name: string, value: unknown): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  const isBare =
    url !== undefined &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    `${url.username}${url.password}${url.search}${url.hash}` === ''
  if (!isBare) {
    throw invalidOption(
      name,
      'an http(s) URL without user, query or fragment',
      value,
      schemeFix(value),
    )
  }
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

/** Reads the URL of Ory, which no instance is without. */
export function checkOryUrl(value: unknown): URL {
  if (value === undefined || value === '') {
    throw setupError(
      'ERR_ORY_URL_MISSING',
      'url is missing: pass { url } or set ORY_SDK_URL to your Ory project URL or Kratos public ' +
        'URL, e.g. ORY_SDK_URL=https://your-project.projects.oryapis.com',
    )
  }
  return checkUrl('url', value)
}

/** `ory.example:4433` is a URL of the scheme `ory.example:`, or none; what is missing is the scheme. */
function schemeFix(value: unknown): string | undefined {
  const isHost = typeof value === 'string' && /^[\w.-]+(?::\d+)?(?:\/[^@?#]*)?$/.test(value)
  const isUrl = isHost && /[.:]|^localhost/.test(value) && URL.canParse(`http://${value}`)
  if (!isUrl) return undefined
  const scheme = /^(?:localhost|127\.)/.test(value) ? 'http' : 'https'
  return `did you mean ${scheme}://${value}?`
}

/** Reads an `http(s)` origin, or that origin with a path prefix, and takes the slash off its end. */
export function checkAppUrl(name: string, value: unknown): URL {
  const url = checkUrl(name, value)
  if (hasWildcard(url)) throw invalidOption(name, 'a URL without a wildcard', value)
  return url
}

/**
 * Reads an origin such as `https://app.example` or `capacitor://localhost`, of any scheme that has
 * origins.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6454#section-7
 */
export function checkOrigin(name: string, value: unknown): string {
  const text = typeof value === 'string' ? value : ''
  const url =
    /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined
  if (text.includes('*')) {
    throw invalidOption(name, 'an origin, without a wildcard', value, 'name each origin')
  }
  const isBare =
    url !== undefined &&
    url.host !== '' &&
    `${url.username}${url.password}${url.search}${url.hash}` === ''
  if (!isBare) {
    throw invalidOption(name, 'an origin, such as https://app.example', value, schemeFix(value))
  }
  // A URL of another scheme keeps an empty path, and its `origin` is 'null'.
  if (url.pathname !== '/' && url.pathname !== '') {
    throw invalidOption(name, 'an origin, without a path', value, `did you mean ${originOf(url)}?`)
  }
  return originOf(url)
}

function originOf({ protocol, host }: URL): string {
  return `${protocol}//${host.toLowerCase()}`
}

/** To a URL a `*` is part of a name, but no browser is there. */
function hasWildcard({ hostname }: URL): boolean {
  return hostname.includes('*')
}
