import { IncomingMessage } from 'node:http'
import { inspect } from 'node:util'
import { setupError } from './error-codes.js'

/**
 * The error for an option that is not what it has to be: which one, what was expected, what came, and
 * the likeliest fix.
 */
export function invalidOption(
  name: string,
  expected: string,
  value: unknown,
  fix?: string,
): TypeError {
  return invalid(name, expected, show(value), fix)
}

/** The same for a list with an item that does not belong into it. */
export function invalidItem(
  name: string,
  expected: string,
  item: unknown,
  fix?: string,
): TypeError {
  return invalid(name, expected, `a list with ${show(item)}`, fix)
}

function invalid(name: string, expected: string, came: string, fix?: string): TypeError {
  const hint = fix === undefined ? '' : `; ${fix}`
  return setupError('ERR_ORY_INVALID_OPTION', `${name} must be ${expected}; got ${came}${hint}`)
}

/** The error for a link back to this application without the option `appUrl`. */
export function appUrlMissing(name: string): TypeError {
  return setupError(
    'ERR_ORY_APP_URL_MISSING',
    `${name} needs the option appUrl: this application as browsers see it, e.g. appUrl: 'https://app.example'`,
  )
}

/** A value as an error may show it: of what can hold a secret the kind alone. */
function show(value: unknown): string {
  if (typeof value === 'string') return inspect(withoutSecrets(value))
  if (typeof value === 'function') return 'a function'
  if (value instanceof IncomingMessage) return 'a request'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : inspect(value)
}

const userInfo = /^(\s*[a-z][a-z0-9+.-]*:\/\/)?.*@/is
/** A scheme and a host, or a host alone; what stands behind it. */
const hostAndRest = /^(\s*(?:[a-z][a-z0-9+.-]*:\/\/)?(?:\[[\da-f:.]*\]|[^:]*))(.*)$/is
const port = /^:\d{1,5}(?:[/…]|$)/

// A URL may have a password in it, or a key; and what was meant for elsewhere may be a token.
function withoutSecrets(text: string): string {
  if (/^\s*ory_|\bory_[a-z]+_\w{8}/.test(text)) return '…'
  const bare = text.replace(userInfo, '$1…@').replace(/[?#].*/s, '…')
  const [, host = '', rest = ''] = hostAndRest.exec(bare) ?? []
  // Behind a host comes a port; anything else is what comes behind a user.
  return rest === '' || port.test(rest) ? bare : `${host}:…`
}
