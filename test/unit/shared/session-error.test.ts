import { describe, expect, it, jest } from '@jest/globals'
import { inspect } from 'node:util'
import { shown } from '../../support/shown.js'
import {
  isSessionError,
  SessionError,
  type SessionDenialCode,
} from '../../../lib/shared/session-error.js'
import { Fault } from '../../../lib/shared/fault.js'

/** Every denial there is: its status, and what clients written for Ory call it. */
const denials: [code: SessionDenialCode, status: number, title: string, oryId: string][] = [
  ['session_missing', 401, 'Unauthorized', 'session_inactive'],
  ['session_invalid', 401, 'Unauthorized', 'session_inactive'],
  ['credential_malformed', 400, 'Bad Request', 'credential_malformed'],
  ['session_aal2_required', 403, 'Forbidden', 'session_aal2_required'],
  ['session_refresh_required', 403, 'Forbidden', 'session_refresh_required'],
  ['session_method_required', 403, 'Forbidden', 'session_method_required'],
  ['session_unverified', 403, 'Forbidden', 'session_unverified'],
  ['session_forbidden', 403, 'Forbidden', 'session_forbidden'],
  ['cross_site_request', 403, 'Forbidden', 'cross_site_request'],
  ['authentication_unavailable', 503, 'Service Unavailable', 'authentication_unavailable'],
]

describe('a denial beside a polluted Object.prototype', () => {
  it('has neither a session nor a link of it', () => {
    const polluted = { session: { id: 'x' }, redirectBrowserTo: 'https://evil.example', cause: 'x' }
    for (const [name, value] of Object.entries(polluted)) {
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
    }
    try {
      const error = new SessionError('session_invalid', {})
      expect(error.session).toBeUndefined()
      expect(error.redirectBrowserTo).toBeUndefined()
      expect(Object.hasOwn(error, 'cause')).toBe(false)
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
    }
  })
})

const link = 'https://ory.example/self-service/login/browser?aal=aal2'

describe.each(denials)('%s', (code, status, title, oryId) => {
  const error = new SessionError(code)

  it('is the answer', () => {
    expect(error).toMatchObject({
      name: 'SessionError',
      code,
      status,
      statusCode: status,
      expose: true,
    })
    expect(error).toBeInstanceOf(Error)
    expect(error.headers).toEqual({
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    })
  })

  it('writes itself as RFC 9457 and Ory have it', () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      type: 'about:blank',
      title,
      status,
      detail: error.message,
      code,
      error: { id: oryId, code: status, status: title, reason: error.message, message: title },
    })
    expect(error.message).toMatch(/^[A-Z][^\n]+\.$/)
  })
})

describe('SessionError', () => {
  it('has what it was given besides', () => {
    const cause = new Fault('timeout')
    const error = new SessionError('session_aal2_required', {
      challenge: 'Bearer realm="a"',
      retryAfter: 7,
      requiredAal: 'aal2',
      redirectBrowserTo: link,
      detail: 'Another text.',
      isSecondFactorMissing: true,
      cause,
    })
    expect(error).toMatchObject({
      message: 'Another text.',
      requiredAal: 'aal2',
      redirectBrowserTo: link,
      isSecondFactorMissing: true,
      cause,
    })
    expect(error.headers).toMatchObject({
      'WWW-Authenticate': 'Bearer realm="a"',
      'Retry-After': '7',
    })
    expect(error.toJSON()).toMatchObject({
      detail: 'Another text.',
      required_aal: 'aal2',
      redirect_browser_to: link,
      error: { reason: 'Another text.' },
    })
  })

  it('has nothing that it was not given', () => {
    const error = new SessionError('session_forbidden')
    expect(error).toMatchObject({
      requiredAal: undefined,
      redirectBrowserTo: undefined,
      isSecondFactorMissing: false,
    })
    expect('cause' in error).toBe(false)
    expect(Object.keys(error.toJSON())).toEqual([
      'type',
      'title',
      'status',
      'detail',
      'code',
      'error',
    ])
  })

  it('keeps its headers from being changed for all', () => {
    const { headers } = new SessionError('session_missing')
    expect(() => Object.assign(headers, { 'X-A': '1' })).toThrow(TypeError)
  })

  it('tells no client why there is no answer', () => {
    const error = new SessionError('authentication_unavailable', {
      cause: new Fault('network', 'ECONNREFUSED'),
    })
    expect(JSON.stringify(error)).not.toContain('ECONNREFUSED')
    expect(inspect(error)).toContain('network: ECONNREFUSED')
  })

  it('shows the session that it was judged by to no inspection, however deep', () => {
    const session = { id: 'canary-session', identity: { id: 'canary-identity' } }
    const error = new SessionError('session_forbidden', { session })

    expect(error.session).toBe(session)
    expect(Object.keys(error)).not.toContain('session')
    expect(`${shown(error)}${shown({ error })}${shown([error])}`).not.toContain('canary')
    expect(inspect(error)).toBe(inspect(error, { customInspect: false }))
  })
})

describe('isSessionError', () => {
  it('knows a denial, and one of another copy of the package', () => {
    expect(isSessionError(new SessionError('session_missing'))).toBe(true)
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a second copy of the module
      const other = require('../../../lib/shared/session-error.ts')
      const error = new other.SessionError('session_missing')
      expect(error).not.toBeInstanceOf(SessionError)
      expect(isSessionError(error)).toBe(true)
    })
  })

  it.each<[string, unknown]>([
    ['another error', new Error('session_missing')],
    ['what looks like one', { name: 'SessionError', code: 'session_missing', status: 401 }],
    ['what it writes', new SessionError('session_missing').toJSON()],
    ['a copy', { ...new SessionError('session_missing') }],
    ['a fault', new Fault('timeout')],
    ['the class', SessionError],
    ['text', 'SessionError'],
    ['null', null],
    ['nothing', undefined],
  ])('does not know %s', (_title, value) => {
    expect(isSessionError(value)).toBe(false)
  })
})

describe('getResponse', () => {
  it('is the same answer as a fetch Response', async () => {
    const error = new SessionError('session_missing', { challenge: 'Bearer realm="ory"' })
    const response = error.getResponse()
    expect(response).toBeInstanceOf(Response)
    expect(response.status).toBe(401)
    for (const [name, value] of Object.entries(error.headers)) {
      expect(response.headers.get(name)).toBe(value)
    }
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(error)))
  })
})
