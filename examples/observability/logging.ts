import { observe } from 'express-ory-session'
import { pino } from 'pino'
import type { DestinationStream } from 'pino'

/** Logs each denial, each mistake of set-up, and nothing of a credential or a person. */
export function startLogging(destination: DestinationStream = pino.destination(1)): void {
  const log = pino({ name: 'app' }, destination)
  observe('decision', ({ code, policyKey, source, upstream, durationMs }) => {
    if (code === undefined) return
    const level = code === 'authentication_unavailable' ? 'error' : 'info'
    log[level]({ code, policyKey, source, upstream, durationMs }, 'denied')
  })
  observe('setup', ({ cause, url, message, fix }) => log.error({ cause, url, fix }, message))
  observe('cookie-missing', ({ message }) => log.warn(message))
  observe('required-aal', ({ message }) => log.warn(message))
}
