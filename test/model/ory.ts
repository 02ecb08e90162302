import type { Dispatcher } from 'undici'
import type { FakeClock } from '../unit/support/fake-clock.js'
import {
  brokenSocket,
  emptyReply,
  jsonReply,
  refusalReply,
  type Reply,
} from '../unit/support/reply.js'
import { liveReply, troubleReply } from './answers.js'
import type { Chosen } from './history.js'
import type { Call, Credential, Moment, Ory, Said, Trouble, TrueSession } from './call.js'

interface Sent {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export const cookieName = 'ory_kratos_session'

export function createOry(
  clock: FakeClock,
  { hasReadiness, isRepeating }: Pick<Chosen, 'hasReadiness' | 'isRepeating'>,
  onCall: (call: Call) => void = () => undefined,
): Ory {
  const calls: Call[] = []
  const underWay = new Set<Call>()
  const byCredential = new Map<Credential, Call[]>()
  const credentials = new Map<string, Credential>()
  const database = { isUp: true, isSeen: true, wasUnseen: false }
  const weather: Ory['weather'] = { trouble: undefined, isMet: () => true }
  let order = 0
  let oryNow = clock.now()

  function moment(): Moment {
    order += 1
    // No two moments are the same, as they are not on a real clock.
    clock.shiftMonotonic(0.001)
    return { order, now: clock.now(), monotonic: clock.monotonic() }
  }

  const isLive = ({ hasEnded, expiresAt }: TrueSession): boolean => !hasEnded && oryNow < expiresAt

  function numberOf({ number, credential }: Call): number {
    const aal = credential?.session?.aal
    const earlier = isRepeating && credential ? (byCredential.get(credential) ?? []) : []
    const same = earlier.find(({ seen }) => seen?.said === 'live' && seen.aal === aal)
    return same?.number ?? number
  }

  function answerTo(call: Call): [said: Said, reply: Reply] {
    const { route, credential } = call
    const session = credential?.session
    switch (route) {
      case 'ready':
        if (!hasReadiness) return ['missing', jsonReply(404, {})]
        return database.isUp || !database.isSeen
          ? ['ready', jsonReply(200, { status: 'ok' })]
          : ['unready', jsonReply(503, {})]
      case 'logout':
        if (credential?.source === 'token') {
          if (!database.isUp) return [500, jsonReply(500, {})]
          if (!session || !isLive(session)) return ['refused', refusalReply(403)]
          session.hasEnded = true
          return ['ended', emptyReply(204)]
        }
        if (!database.isUp || !session || !isLive(session)) return ['refused', refusalReply(401)]
        return ['ended', jsonReply(200, { logout_token: 'ory_lo_token' })]
      case 'whoami':
        // Without its database Kratos says this to everybody.
        if (!database.isUp || !session || !isLive(session)) return ['refused', refusalReply(401)]
        return ['live', liveReply(session, numberOf(call))]
    }
  }

  function troubleOf({ route, credential }: Call): Trouble | undefined {
    return route === 'whoami' && weather.isMet(credential!) ? weather.trouble : undefined
  }

  function credentialOf({ headers, body }: Sent): Credential | undefined {
    const { cookie, 'x-session-token': token } = headers
    const sent =
      body === null ? token : (JSON.parse(body) as { session_token: string }).session_token
    const value = cookie?.slice(cookieName.length + 1) ?? sent
    return value === undefined ? undefined : credentials.get(value)
  }

  function request(sent: Sent): Promise<Reply> {
    const route = routes.get(sent.path)
    if (route === undefined) throw new Error(`Nobody should ask for ${sent.path}`)
    return new Promise((resolve, reject) => {
      let settle: () => void = () => undefined
      const call: Call = {
        number: calls.length,
        route,
        credential: credentialOf(sent),
        isForced: sent.headers['cache-control'] === 'max-age=0',
        began: moment(),
        seen: undefined,
        ended: undefined,
        see(trouble) {
          const met = trouble ?? troubleOf(call)
          const [said, reply] = met === undefined ? answerTo(call) : troubleReply(met)
          const aal = call.credential?.session?.aal ?? 'aal1'
          call.seen = { ...moment(), said, aal, number: numberOf(call), isTrue: database.isUp }
          settle = () => {
            if (said === 'reset') reject(brokenSocket())
            else resolve(reply)
          }
        },
        arrive() {
          underWay.delete(call)
          call.ended = moment()
          settle()
        },
      }
      calls.push(call)
      underWay.add(call)
      if (call.credential) byCredential.get(call.credential)?.push(call)
      onCall(call)
    })
  }

  return {
    dispatcher: { request, dispatch: request } as unknown as Dispatcher,
    calls,
    database,
    weather,
    callsOf: (credential) => byCredential.get(credential) ?? [],
    pending: () => [...underWay],
    credential(value, source, session) {
      const known = credentials.get(value)
      if (known) return known
      const credential = { value, source, session }
      credentials.set(value, credential)
      byCredential.set(credential, [])
      return credential
    },
    isLive,
    moment,
    now: () => oryNow,
    advance: (ms) => void (oryNow += ms),
  }
}

const routes = new Map<string, Call['route']>([
  ['/sessions/whoami', 'whoami'],
  ['/health/ready', 'ready'],
  ['/self-service/logout/api', 'logout'],
  ['/self-service/logout/browser', 'logout'],
])
