import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createLoopDenial } from '../../../lib/http/loop-denial.js'
import { SessionError } from '../../../lib/shared/session-error.js'

const name = 'express-ory-session:cookie-missing'
const messages: unknown[] = []
const listen = (message: unknown): void => void messages.push(message)
afterEach(() => {
  unsubscribe(name, listen)
  messages.length = 0
})
const settings = {
  instance: 7,
  appUrl: new URL('https://app.example:8443/notes'),
  browserUrl: new URL('https://auth.example'),
  cookieNames: ['my_session', /^ory_session_/],
}
const missing = new SessionError('session_missing', {
  challenge: 'Bearer realm="ory"',
  redirectBrowserTo: 'https://auth.example/login',
})

describe('the denial that ends a redirect loop', () => {
  it('is the same denial, and says that the cookie did not come back', () => {
    const error = createLoopDenial(settings)(missing)
    expect(error.toJSON()).toEqual({
      ...missing.toJSON(),
      detail: 'The browser came back from the login without the session cookie.',
      error: expect.objectContaining({ id: 'session_inactive', reason: error.message }) as unknown,
    })
    expect(error.headers).toEqual(missing.headers)
  })

  it('says for a cookie that came that it is not valid', () => {
    const error = createLoopDenial(settings)(new SessionError('session_invalid'))
    expect(error.message).toContain('without a valid session cookie')
    expect(error.redirectBrowserTo).toBeUndefined()
  })

  it('is left as it is where a cookie is not what is missing', () => {
    subscribe(name, listen)
    const error = new SessionError('session_aal2_required')
    expect(createLoopDenial(settings)(error)).toBe(error)
    expect(messages).toEqual([])
  })

  it('names on a channel, once, what to compare', () => {
    const deny = createLoopDenial(settings)
    deny(missing)
    subscribe(name, listen)
    deny(missing)
    deny(missing)
    expect(messages).toEqual([
      {
        instance: 7,
        host: 'app.example:8443',
        oryHost: 'auth.example',
        cookieName: ['my_session', '/^ory_session_/'],
        message: expect.stringMatching(
          /app\.example:8443 from the login at auth\.example .*my_session or \/\^ory_session_\/.*cookieName.*cookies\.domain.*covers app\.example\. A login page .* must have no guard in front\.$/,
        ) as unknown,
      },
    ])
  })

  it('does not say of a cookie that was refused that it did not come', () => {
    subscribe(name, listen)
    createLoopDenial(settings)(new SessionError('session_invalid'))
    expect(messages).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/with a session cookie that was refused/),
      }),
    ])
  })
})
