import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readCredential } from '../../../lib/credential/read-credential.js'
import type { Credential } from '../../../lib/credential/credential.js'
import { createOrySession } from '../../../lib/create-ory-session.js'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import type { Answer } from '../../../lib/ory/whoami-answer.js'
import { Fault } from '../../../lib/shared/fault.js'
import { createReadiness } from '../../../lib/ory/readiness.js'
import { createWhoami, whoamiRequest } from '../../../lib/ory/whoami.js'
import { createOryClient } from '../../../lib/ory/ory-client.js'
import { recordings, type Recording } from '../../support/recordings.js'
import { createFakeClock } from '../support/fake-clock.js'
import { question } from './question.js'
import { createReplayServer, type ReplayServer } from '../support/replay-server.js'

/** What a recording of whoami has to lead to. */
interface Expected {
  /** What is read of the recorded request: where the credential stands, or what is wrong with it. */
  readonly reads: 'x-session-token' | 'bearer' | 'cookie' | 'missing' | 'malformed' | 'invalid'
  /** What the recorded answer says to a question. */
  readonly says: string
  /** What becomes of the recorded request; without `reads` of a credential nobody is asked. */
  readonly decides: string
}

const passes = (source: 'x-session-token' | 'bearer' | 'cookie', says: string): Expected => ({
  reads: source,
  says,
  decides: `passes by ${source}`,
})
const refused = (reads: Expected['reads'], decides = 'session_invalid'): Expected => ({
  reads,
  says: 'refused',
  decides,
})
const tooLow = (reads: Expected['reads']): Expected => ({
  reads,
  says: 'aal-too-low http://kratos.example/self-service/login/browser?aal=aal2',
  decides: 'session_aal2_required',
})
const fails = (says: string): Expected => ({
  reads: 'x-session-token',
  says,
  decides: 'authentication_unavailable',
})

const whoami: Record<string, Expected> = {
  '200-token-aal1': passes('x-session-token', 'live aal1'),
  '200-token-no-metadata': passes('x-session-token', 'live aal1'),
  '200-token-aal2-totp': passes('x-session-token', 'live aal2'),
  '200-token-after-extend': passes('x-session-token', 'live aal1'),
  '200-highest-available-no-second-factor': passes('x-session-token', 'live aal1'),
  '200-highest-available-after-step-up': passes('x-session-token', 'live aal2'),
  '200-bearer-aal1': passes('bearer', 'live aal1'),
  '200-bearer-lowercase-scheme': passes('bearer', 'live aal1'),
  '200-cookie-aal1': passes('cookie', 'live aal1'),
  '200-cookie-quoted': passes('cookie', 'live aal1'),
  '200-cookie-renewed': passes('cookie', 'live aal1'),
  '200-cookie-whole-jar': passes('cookie', 'live aal1'),
  '200-cookie-aal2-lookup': passes('cookie', 'live aal2'),
  '200-two-cookies-good-first': passes('cookie', 'live aal1'),
  '200-two-cookies-good-last': passes('cookie', 'live aal1'),
  '200-empty-token-header-and-cookie': passes('cookie', 'live aal1'),
  '200-cookie-before-step-up': passes('cookie', 'live aal2, renewing the cookie'),
  '200-cookie-after-extend': passes('cookie', 'live aal1, renewing the cookie'),
  '200-cookie-after-extend-again': passes('cookie', 'live aal1, renewing the cookie'),
  // The cookie that comes along is not the credential, so it goes nowhere.
  '200-token-and-cookie': passes('x-session-token', 'live aal1'),
  // Nobody asks for a JWT, but a session beside one is a session.
  '200-tokenized': passes('x-session-token', 'live aal1'),
  'database-back-token': passes('x-session-token', 'live aal1'),
  'cacheable-200-token': passes('x-session-token', 'live aal1 for 86400 s'),
  'cacheable-200-token-max-age-0': passes('x-session-token', 'live aal1 for 86400 s'),
  'cacheable-200-token-max-age-30s': passes('x-session-token', 'live aal1 for 30 s'),
  'cacheable-200-token-max-age-0-max-age-30s': passes('x-session-token', 'live aal1 for 30 s'),
  'cacheable-200-tokenized': passes('x-session-token', 'live aal1'),
  'cacheable-200-tokenized-max-age-30s': passes('x-session-token', 'live aal1'),

  '401-token-unknown': refused('x-session-token'),
  '401-token-revoked': refused('x-session-token'),
  '401-token-logged-out': refused('x-session-token'),
  '401-token-expired': refused('x-session-token'),
  '401-identity-inactive': refused('x-session-token'),
  '401-cookie-unpadded': refused('cookie'),
  '401-cookie-percent-encoded': refused('cookie'),
  '401-cookie-truncated': refused('cookie'),
  '401-cookie-garbage': refused('cookie'),
  '401-cookie-revoked': refused('cookie'),
  '401-cookie-logged-out': refused('cookie'),
  '401-cookie-expired': refused('cookie'),
  '401-nothing': refused('missing', 'session_missing'),
  '401-tokenize-no-credential': refused('missing', 'session_missing'),
  '401-token-garbage': refused('invalid'),
  '401-bearer-basic': refused('missing', 'session_missing'),
  '401-bearer-two-spaces': refused('malformed', 'credential_malformed'),
  'cacheable-401-nothing': refused('missing', 'session_missing'),
  'cacheable-401-nothing-max-age-30s': refused('missing', 'session_missing'),
  'cacheable-401-garbage-cookie': refused('cookie'),
  'cacheable-401-garbage-cookie-max-age-30s': refused('cookie'),
  'cacheable-401-revoked': refused('x-session-token'),
  'cacheable-401-revoked-max-age-30s': refused('x-session-token'),
  // The readiness route does not notice that a table is missing, so this can't be distinguished.
  'database-broken-token': refused('x-session-token'),
  'database-broken-cookie': refused('cookie'),
  // The very same bytes, but readiness says 503 meanwhile.
  'database-stopped-token': refused('x-session-token', 'authentication_unavailable'),
  'database-stopped-cookie': refused('cookie', 'authentication_unavailable'),

  '403-token-aal2-required': tooLow('x-session-token'),
  '403-cookie-aal2-required': tooLow('cookie'),
  'cacheable-403': tooLow('x-session-token'),
  'cacheable-403-max-age-30s': tooLow('x-session-token'),

  '400-tokenize-unknown-template': fails('fault status: 400'),
  '500-token-with-garbage-cookie': fails('fault server_error: 500'),

  // Only GET is ever sent. An answer to POST is one to GET; one to HEAD has no body to read.
  'post-token': passes('x-session-token', 'live aal1'),
  'head-token': fails('fault invalid_response: not JSON'),
}

/** What the recordings of the health routes have to say to who asks for readiness. */
const health: Record<string, 'ready' | 'unready'> = {
  'health-ready': 'ready',
  'database-stopped-health-ready': 'unready',
  // Alive is no more than that: as a readiness route it would let an outage pass for logouts.
  'health-alive': 'ready',
  'database-stopped-health-alive': 'ready',
}

const standIn: Credential = { source: 'x-session-token', value: 'ory_st_stand_in' }

const at = (name: string): Recording => recordings.get(name)!

let server: ReplayServer
let replayed: Recording
let ready: Recording
beforeAll(async () => {
  server = await createReplayServer(
    ({ url }) => (url === '/health/ready' ? ready : replayed).response,
  )
})
afterAll(() => server.close())

/** Within the life of the recorded session. */
function clockOf({ response }: Recording) {
  const { authenticated_at: from } = Object(response.body) as { authenticated_at?: string }
  return createFakeClock(from === undefined ? undefined : Math.ceil(Date.parse(from)) + 1_000)
}

function replay(name: string) {
  replayed = at(name)
  ready = at(name.startsWith('database-stopped') ? 'database-stopped-health-ready' : 'health-ready')
  const settings = resolveOptions({ url: server.url, clock: clockOf(replayed) })
  const found = readCredential(replayed.request, settings)
  const credential = typeof found === 'object' ? found : undefined
  return { settings, found, credential, seenBefore: server.seen.length }
}

function describeAnswer(answer: Answer): string {
  if (answer.kind === 'refused') return 'refused'
  if (answer.kind === 'aal_too_low') return `aal-too-low ${String(answer.redirectBrowserTo)}`
  const { live, cacheForMs, setCookie } = answer
  const time = cacheForMs === Infinity ? '' : ` for ${String(cacheForMs / 1000)} s`
  const renewal = setCookie.length === 0 ? '' : ', renewing the cookie'
  return `live ${live.session.authenticator_assurance_level}${time}${renewal}`
}

describe('the recordings of a real Kratos', () => {
  it('all have an outcome that is expected of them', () => {
    const expected = [...Object.keys(whoami), ...Object.keys(health)]
    expect(expected.sort()).toEqual([...recordings.keys()].sort())
    expect(recordings.size).toBeGreaterThanOrEqual(67)
  })

  describe.each(Object.entries(whoami))('%s', (name, expected) => {
    it(`reads ${expected.reads}`, () => {
      const { found = 'missing' } = replay(name)
      expect(typeof found === 'object' ? found.source : found).toBe(expected.reads)
    })

    it(`says ${expected.says}`, async () => {
      const { settings, credential = standIn, seenBefore } = replay(name)
      const client = createOryClient(settings)
      const asked = question({ credential, signal: AbortSignal.timeout(5_000) })
      const said = await createWhoami(
        (asked) => client.send(whoamiRequest(asked), asked.signal),
        settings,
      )(asked).then(describeAnswer, (error: unknown) =>
        error instanceof Fault ? `fault ${error.message}` : error,
      )
      await client.close()

      expect(said).toBe(expected.says)
      const header = credential.source === 'cookie' ? 'cookie' : 'x-session-token'
      expect(server.seen.slice(seenBefore)).toEqual([
        {
          method: 'GET',
          url: '/sessions/whoami',
          headers: {
            host: new URL(server.url).host,
            connection: 'keep-alive',
            accept: 'application/json',
            'accept-encoding': 'identity',
            [header]: credential.value,
          },
        },
      ])
    })

    it(`ends in: ${expected.decides}`, async () => {
      const { settings, seenBefore } = replay(name)
      const ory = createOrySession({ url: server.url, clock: settings.clock })
      const decision = await ory.authenticate(replayed.request)
      await ory.close()

      const { error } = decision
      const decided = error === undefined ? `passes by ${decision.source}` : error.code
      expect(decided).toBe(expected.decides)
      const isRead = ['x-session-token', 'bearer', 'cookie'].includes(expected.reads)
      const asked = server.seen.slice(seenBefore).map(({ url }) => url)
      expect(asked.includes('/sessions/whoami')).toBe(isRead)
      expect(asked.includes('/health/ready')).toBe(isRead && expected.says === 'refused')
      const session = error === undefined ? replayed.response.body : undefined
      expect(decision.session).toEqual(session)
    })
  })

  // The whole of what went to Ory is what stood in the request, byte for byte.
  const cookies = Object.keys(whoami).filter((name) => at(name).request.headers['cookie'])
  it.each(cookies)('%s: gives Ory what stood in the Cookie header', (name) => {
    const { credential } = replay(name)
    const sent = credential?.source === 'cookie' ? credential.value.split('; ') : []
    const stood = replayed.request.headers['cookie']!.split('; ')
    const meant = stood.filter((pair) => pair.startsWith('ory_kratos_session='))
    expect(sent).toEqual(credential?.source === 'cookie' ? meant : [])
  })

  it.each(Object.entries(health))('%s: Ory is %s', async (name, expected) => {
    replayed = at(name)
    ready = at(name)
    const settings = resolveOptions({ url: server.url, clock: createFakeClock() })
    const client = createOryClient(settings)
    const { path } = replayed.request
    const readiness = createReadiness(client, path, 5_000, settings.clock)
    expect(await readiness.ask(0, 0)).toBe(expected)
    expect(server.seen.at(-1)).toMatchObject({ method: 'GET', url: path })
    await client.close()
  })
})
