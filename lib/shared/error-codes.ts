/** Why a call of this package was wrong: the `code` of its `TypeError`. docs/errors.md explains each. */
export const orySetupCodes = [
  /** No `url`, and `ORY_SDK_URL` is not set. */
  'ERR_ORY_URL_MISSING',
  /** A redirect or a link back needs the option `appUrl`. */
  'ERR_ORY_APP_URL_MISSING',
  /** An option, or a key of a policy or link, that does not exist. */
  'ERR_ORY_UNKNOWN_OPTION',
  /** A value of the wrong type, or out of range. */
  'ERR_ORY_INVALID_OPTION',
  /** Two options that exclude each other, or one without the other that it needs. */
  'ERR_ORY_OPTION_CONFLICT',
  /** `requireSession` instead of `requireSession()`. */
  'ERR_ORY_CALL_MISSING',
  /** A member of what `authenticate` resolves to, read from the promise. */
  'ERR_ORY_AWAIT_MISSING',
  /** `policy.allow` is async, or returned a promise. */
  'ERR_ORY_ASYNC_ALLOW',
  /** Another package's value is on `req.session`. */
  'ERR_ORY_PROPERTY_TAKEN',
  /** Another value instead of a request. */
  'ERR_ORY_INVALID_REQUEST',
  /** A session that no guard has checked, read in Fastify or Nest. */
  'ERR_ORY_UNCHECKED_SESSION',
  /** A WebSocket instead of a request. */
  'ERR_ORY_WEBSOCKET',
  /** The option `clock` gave a time that is no finite number. */
  'ERR_ORY_INVALID_TIME',
] as const

export type OrySetupCode = (typeof orySetupCodes)[number]

/** A `TypeError` with its `code`, whose message ends with the page that explains it. */
export function setupError(code: OrySetupCode, message: string): TypeError {
  const error = new TypeError(`${message} (docs/errors.md#${code.toLowerCase()})`)
  return Object.assign(error, { code })
}

/** The error for reading a session where no guard ran. `undefined` would look as if nobody were logged in. */
export function uncheckedSession(name: string): TypeError {
  return setupError(
    'ERR_ORY_UNCHECKED_SESSION',
    `${name} was read, and no guard of express-ory-session has let this request pass; guard the \
route, or let optionalSession do it`,
  )
}
