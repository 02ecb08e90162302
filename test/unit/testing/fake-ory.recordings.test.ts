import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  createFakeOry,
  type FakeOry,
  type FakeOryOptions,
  type SignInOptions,
} from '../../../lib/testing/index.js'
import type { Session } from '../../../lib/session/session.js'
import { recordings, type Recording } from '../../support/recordings.js'
import { sameAnswer } from '../../support/shape.js'
import { ask } from './ask.js'

/** A fake in the recorded configuration, and the person of the recorded answer. */
interface Stage {
  readonly ory: FakeOry
  readonly person: SignInOptions
  readonly passTime: (ms: number) => void
}

/** Causes what was recorded, and returns the headers that carry the credential. */
type Situation = (stage: Stage) => Record<string, string> | Promise<Record<string, string>>

const token: Situation = ({ ory, person }) => ({ 'x-session-token': ory.signIn(person).token })
const cookie: Situation = ({ ory, person }) => ({ cookie: ory.signIn(person).cookie })
const nothing: Situation = () => ({})
const garbageCookie: Situation = () => ({ cookie: 'ory_kratos_session=garbage' })

const authorization =
  (write: (token: string) => string): Situation =>
  ({ ory, person }) => ({ authorization: write(ory.signIn(person).token) })

const cookieHeader =
  (write: (cookie: string) => string): Situation =>
  ({ ory, person }) => ({ cookie: write(ory.signIn(person).cookie) })

/** Both credentials of one person, one of which the recording used, once something has happened. */
const once =
  (
    header: 'x-session-token' | 'cookie',
    happens: (stage: Stage, id: string) => void,
    options: SignInOptions = {},
  ): Situation =>
  (stage) => {
    const { session, ...signedIn } = stage.ory.signIn({ ...stage.person, ...options })
    happens(stage, session.id)
    return { [header]: header === 'cookie' ? signedIn.cookie : signedIn.token }
  }

const revoked = ({ ory }: Stage, id: string) => ory.revoke(id)
const expired = ({ passTime }: Stage) => passTime(3_000)
const extended = ({ ory }: Stage, id: string) => void ory.extend(id, 60_000)
const steppedUp = ({ ory }: Stage, id: string) => void ory.stepUp(id)
const databaseStopped = ({ ory }: Stage) => ory.database.stop()
const databaseBroken = ({ ory }: Stage) => void ory.fault('database-broken')
const secondFactor: Situation = once('x-session-token', () => undefined, { secondFactor: true })

/** The values of `Set-Cookie` headers, as a browser would send them back. */
async function renew(ory: FakeOry, old: string): Promise<string> {
  const answer = await ask(ory.url, { headers: { cookie: old } })
  return answer.header('set-cookie')?.split(';')[0] ?? ''
}

const situations: Record<string, Situation> = {
  '200-token-aal1': token,
  '200-bearer-aal1': authorization((value) => `Bearer ${value}`),
  '200-bearer-lowercase-scheme': authorization((value) => `bearer ${value}`),
  '200-cookie-aal1': cookie,
  '200-cookie-whole-jar': cookieHeader(
    (pair) =>
      `theme=dark; csrf_token_f6537cea9433e071dcdc06df162aa7480d7bd433b26e6110fec91eb25e6cd6ca=/A9/XK+ZqM1Ex9xYa/DfLDAdJMSWTY5JQh9srrx1r9g=; ${pair}`,
  ),
  '200-cookie-quoted': cookieHeader((pair) => `${pair.replace('=', '="')}"`),
  '200-two-cookies-good-first': cookieHeader((pair) => `${pair}; ory_kratos_session=garbage`),
  '200-two-cookies-good-last': cookieHeader((pair) => `ory_kratos_session=garbage; ${pair}`),
  '200-empty-token-header-and-cookie': ({ ory, person }) => ({
    'x-session-token': '',
    cookie: ory.signIn(person).cookie,
  }),
  '200-token-no-metadata': token,
  '200-token-and-cookie': ({ ory, person }) => {
    const { cookie: older } = ory.signIn()
    return { 'x-session-token': ory.signIn(person).token, cookie: older }
  },
  '200-tokenized': token,
  '200-token-aal2-totp': once('x-session-token', steppedUp),
  '200-cookie-aal2-lookup': ({ ory, person }) => {
    const { session } = ory.signIn(person)
    return { cookie: ory.stepUp(session, { method: 'lookup_secret' }).cookie }
  },
  '200-cookie-before-step-up': once('cookie', ({ ory }, id) => {
    ory.stepUp(id, { method: 'lookup_secret' })
  }),
  '200-cookie-after-extend': once('cookie', extended),
  '200-cookie-after-extend-again': async (stage) => {
    const headers = await once('cookie', extended)(stage)
    await renew(stage.ory, headers['cookie'] ?? '')
    return headers
  },
  '200-cookie-renewed': async (stage) => {
    const headers = await once('cookie', extended)(stage)
    return { cookie: await renew(stage.ory, headers['cookie'] ?? '') }
  },
  '200-token-after-extend': once('x-session-token', extended),
  '200-highest-available-no-second-factor': token,
  '200-highest-available-after-step-up': once('x-session-token', steppedUp, { secondFactor: true }),
  'head-token': token,
  'post-token': token,

  '400-tokenize-unknown-template': token,
  '401-nothing': nothing,
  '401-tokenize-no-credential': nothing,
  '401-token-unknown': () => ({ 'x-session-token': `ory_st_${'0'.repeat(32)}` }),
  '401-token-garbage': () => ({ 'x-session-token': 'garbage' }),
  '401-bearer-basic': () => ({ authorization: 'Basic YWxpY2U6cHc=' }),
  '401-bearer-two-spaces': authorization((value) => `Bearer  ${value}`),
  '401-cookie-garbage': garbageCookie,
  '401-cookie-unpadded': cookieHeader((pair) => pair.replace(/=+$/, '')),
  '401-cookie-percent-encoded': cookieHeader((pair) => pair.replace(/=+$/, '%3D')),
  '401-cookie-truncated': cookieHeader((pair) => pair.slice(0, 200)),
  '401-token-revoked': once('x-session-token', revoked),
  '401-cookie-revoked': once('cookie', revoked),
  '401-token-logged-out': once('x-session-token', revoked),
  '401-cookie-logged-out': once('cookie', revoked),
  '401-token-expired': once('x-session-token', expired),
  '401-cookie-expired': once('cookie', expired),
  '401-identity-inactive': ({ ory, person }) => {
    const signedIn = ory.signIn(person)
    ory.deactivate(signedIn)
    return { 'x-session-token': signedIn.token }
  },
  '403-token-aal2-required': secondFactor,
  '403-cookie-aal2-required': once('cookie', () => undefined, { secondFactor: true }),
  '500-token-with-garbage-cookie': ({ ory, person }) => ({
    'x-session-token': ory.signIn(person).token,
    cookie: 'ory_kratos_session=garbage',
  }),

  'cacheable-200-token': token,
  'cacheable-200-token-max-age-0': token,
  'cacheable-200-tokenized': token,
  'cacheable-401-nothing': nothing,
  'cacheable-401-garbage-cookie': garbageCookie,
  'cacheable-401-revoked': once('x-session-token', revoked),
  'cacheable-403': secondFactor,
  'cacheable-200-token-max-age-30s': token,
  'cacheable-200-token-max-age-0-max-age-30s': token,
  'cacheable-200-tokenized-max-age-30s': token,
  'cacheable-401-nothing-max-age-30s': nothing,
  'cacheable-401-garbage-cookie-max-age-30s': garbageCookie,
  'cacheable-401-revoked-max-age-30s': once('x-session-token', revoked),
  'cacheable-403-max-age-30s': secondFactor,

  'database-broken-token': once('x-session-token', databaseBroken),
  'database-broken-cookie': once('cookie', databaseBroken),
  'database-stopped-token': once('x-session-token', databaseStopped),
  'database-stopped-cookie': once('cookie', databaseStopped),
  'database-stopped-health-ready': ({ ory }) => {
    ory.database.stop()
    return {}
  },
  'database-stopped-health-alive': ({ ory }) => {
    ory.database.stop()
    return {}
  },
  'database-back-token': once('x-session-token', ({ ory }) => {
    ory.database.stop()
    ory.database.start()
  }),
  'health-ready': nothing,
  'health-alive': nothing,
}

/** Kratos' settings in the recordings, and what they are for the fake. */
const settings: Record<string, (value: never) => FakeOryOptions> = {
  dsn: () => ({}),
  'session.whoami.required_aal': (requiredAal: 'aal1' | 'highest_available') => ({ requiredAal }),
  'session.lifespan': (text: string) => ({ sessionLifespanMs: 1000 * Number.parseInt(text, 10) }),
  'feature_flags.cacheable_sessions': (cacheableSessions: boolean) => ({ cacheableSessions }),
  'feature_flags.cacheable_sessions_max_age': (text: string) => ({
    cacheableSessionsMaxAgeMs: 1000 * Number.parseInt(text, 10),
  }),
}

function optionsOf({ configuration }: Recording): FakeOryOptions {
  const parts = Object.entries(configuration).map(([name, value]) => {
    const translate = settings[name]
    if (translate === undefined) throw new Error(`A recording has the unknown setting ${name}`)
    return translate(value as never)
  })
  return Object.assign({ schemaId: 'person' }, ...parts)
}

function personOf({ response }: Recording): SignInOptions {
  if (!hasIdentity(response.body)) return {}
  const { identity } = response.body
  return {
    traits: identity.traits,
    metadataPublic: identity.metadata_public ?? null,
    verified: identity.verifiable_addresses?.[0]?.verified === true,
  }
}

function hasIdentity(body: unknown): body is Session {
  return typeof body === 'object' && body !== null && 'identity' in body
}

/** What kind of credential headers carry, whatever its value is. */
function kindOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value.replace(/ory_st_\w{32}/, '<token>').replace(/[\w-]{170,}/g, '<cookie>'),
    ]),
  )
}

describe('the fake Ory beside a recorded Kratos', () => {
  let ory: FakeOry
  let now = Date.now()

  it('has a situation for every recording, and none without', () => {
    expect(Object.keys(situations).sort()).toEqual([...recordings.keys()].sort())
    expect(recordings.size).toBeGreaterThanOrEqual(67)
  })

  describe.each([...recordings.values()])('$name: $note', (recording) => {
    const { method, path, headers } = recording.request

    beforeEach(async () => {
      ory = await createFakeOry({ ...optionsOf(recording), clock: { now: () => now } })
    })
    afterEach(() => ory.close())

    it('answers the same', async () => {
      const passTime = (ms: number) => void (now += ms)
      const person = personOf(recording)
      const situation = situations[recording.name]
      const credential = (await situation?.({ ory, person, passTime })) ?? {}
      const sent = { ...headers, ...credential }
      expect(kindOf(sent)).toEqual(kindOf(headers))

      const answer = await ask(ory.url, { method, path, headers: sent })

      expect(sameAnswer(recording.response, answer)).toEqual([])
      const names = new Set(answer.headers.map(([name]) => name))
      expect([...names]).toEqual(
        expect.arrayContaining(recording.response.headers.map(([name]) => name)),
      )
    })
  })
})
