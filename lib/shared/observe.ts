import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { OryEvents } from './channels.js'
import { invalidOption } from './invalid-option.js'

/** What a listener asks for. */
export interface ObserveOptions {
  /** Adds `identityId` to decisions, for audit logs. Default `false`. */
  readonly identityId?: boolean | undefined
}

const names: readonly string[] = [
  'decision',
  'upstream',
  'store',
  'required-aal',
  'cookie-missing',
  'setup',
] satisfies (keyof OryEvents)[]

/**
 * Calls a listener with each message of a channel `express-ory-session:…` of this process, until the
 * function that it returns is called. What the listener throws is dropped; a subscriber of
 * `node:diagnostics_channel` that throws ends the process as an uncaught exception.
 *
 * @example
 * const stop = observe('decision', ({ code, durationMs }) => log.info({ code, durationMs }))
 *
 * @throws TypeError for a channel that does not exist or a listener that is no function
 */
export function observe<Name extends keyof OryEvents>(
  name: Name,
  listener: (event: OryEvents[Name]) => void,
  { identityId = false }: ObserveOptions = {},
): () => void {
  if (!names.includes(name)) throw invalidOption('observe', `one of ${names.join(', ')}`, name)
  if (typeof listener !== 'function') throw invalidOption('observe', 'a function', listener)
  const suffix = identityId && name === 'decision' ? ':identity' : ''
  const channelName = `express-ory-session:${name}${suffix}`
  const receive = (message: unknown): void => {
    try {
      listener(message as OryEvents[Name])
    } catch {
      // Node would end the process, for the sake of a log line.
    }
  }
  subscribe(channelName, receive)
  return () => {
    unsubscribe(channelName, receive)
  }
}
