import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { createAdmin } from './client/admin.js'
import { createFlows, type Caller } from './client/flows.js'
import { send } from './client/http.js'
import { createJar } from './client/jar.js'
import { totp } from './client/totp.js'
import { carry, whoami, type Ory, type Person, type SignedIn } from './ory.js'

const cookieName = 'ory_kratos_session'

interface Account {
  readonly email: string
  password: string
  /** The secret of its authenticator app, once one is set up. */
  secret?: string
}

const makePassword = (): string => randomBytes(18).toString('base64url')

/** A real Kratos as the table sees it: sign-in by its own flows, the rest by its admin API. */
export function createKratos(publicUrl: string, adminUrl: string): Ory {
  const admin = createAdmin(adminUrl)
  const flows = createFlows(publicUrl)
  const known = new Map<string, { caller: Caller; account: Account }>()

  function find({ session }: SignedIn) {
    const found = known.get(session)
    if (!found) throw new Error(`no session ${session} was signed in here`)
    return found
  }

  async function logIn({ email, password }: Account, by: SignedIn['by']) {
    const jar = createJar()
    const started: Caller = by === 'cookie' ? { jar } : {}
    const { session, session_token: token } = await flows.logIn(started, email, password)
    const value = by === 'cookie' ? jar.get(cookieName) : token
    if (!value) throw new Error('Kratos signed somebody in and issued no credential')
    const caller: Caller = by === 'cookie' ? { jar } : { token: value }
    return { session: session.id, value, caller }
  }

  async function signIn(account: Account, identity: string, by: SignedIn['by']): Promise<SignedIn> {
    const { session, value, caller } = await logIn(account, by)
    known.set(session, { caller, account })
    return { identity, session, by, value }
  }

  // Enrolling makes the session that does it aal2, so a session of its own does.
  async function enrolTotp(account: Account): Promise<string> {
    account.secret ??= await flows.enrolTotp((await logIn(account, 'token')).caller)
    return account.secret
  }

  return {
    url: publicUrl,
    now: () => Date.now(),

    async signIn(person: Person, by, secondFactor) {
      const nonce = randomBytes(6).toString('hex')
      const email = person.traits.email.replace('@', `-${nonce}@`)
      const account: Account = { email, password: makePassword() }
      const traits = { ...person.traits, email }
      const identity = await admin.createIdentity({ ...person, traits }, account.password)
      const who = await signIn(account, identity, by)
      // In this order: with a second factor enrolled, a browser is sent on before it learns its session.
      if (secondFactor) await enrolTotp(account)
      return who
    },

    signInAgain: async (who, by) => signIn(find(who).account, who.identity, by),

    loginFields(who) {
      const { email: identifier, password } = find(who).account
      return { method: 'password', identifier, password }
    },

    async changePassword(who) {
      const { caller, account } = find(who)
      account.password = makePassword()
      await flows.changePassword(caller, account.password)
    },

    async stepUp(who) {
      const { caller, account } = find(who)
      if (who.by === 'token') {
        await flows.stepUp(caller, { totp_code: totp(await enrolTotp(account)) })
        return who
      }
      const other = (await logIn(account, 'token')).caller
      await flows.stepUp(caller, { lookup_secret: await flows.enrolLookupSecret(other) })
      const renewed = 'jar' in caller ? caller.jar.get(cookieName) : undefined
      return { ...who, value: renewed ?? who.value }
    },

    logOut: async (who) => flows.logOut(find(who).caller),
    revoke: async ({ session }) => admin.revoke(session),
    extend: async ({ session }) => admin.extend(session),
    deactivate: async ({ identity }) => admin.deactivate(identity),

    async expire(who) {
      const { body } = await send(publicUrl, whoami(carry(who)))
      const leftMs = Date.parse((body as { expires_at: string }).expires_at) - Date.now()
      // Its clock cannot be moved, so this waits; a lifespan that is not brief is a set-up mistake.
      if (!(leftMs < 15_000)) throw new Error(`the session lives for another ${leftMs} ms`)
      await delay(Math.max(leftMs, 0) + 50)
    },

    async close() {
      known.clear()
    },
  }
}
