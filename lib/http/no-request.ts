import { setupError } from '../shared/error-codes.js'

/**
 * The error for middleware that was called with something else than a request. A WebSocket is closed:
 * express-ws hands it to the middleware of a route after the handshake, when nothing is checked yet.
 */
export function noRequest(given: object): TypeError {
  const { close } = given as { close?: (code: number, reason: string) => void }
  if (typeof close !== 'function' || !('send' in given)) {
    return setupError(
      'ERR_ORY_INVALID_REQUEST',
      'The middleware must be called with a request that has headers, a response and next',
    )
  }
  try {
    // 1008 is a violation of a policy (RFC 6455 §7.4.1).
    close.call(given, 1008, 'The session was not checked')
  } catch {
    // Closed or not, nothing passes.
  }
  return setupError(
    'ERR_ORY_WEBSOCKET',
    'The middleware was called with a WebSocket instead of a request: behind express-ws, mount it \
with app.use(path, …) before app.ws(path, …), or guard the handshake with ory.guardUpgrade()',
  )
}
