import type { AuthenticatorAssuranceLevel, Session } from '../session/session.js'
import { completeMethod, completeMethods, levelOf, levels, type MethodOption } from './aal.js'
import { refuseBadNumber, refuseOthers, refuseUnknownKeys } from './fake-validators.js'
import type { CookieJar } from './cookie-jar.js'
import { changeIdentity, newIdentity, type IdentityChanges } from './identities.js'
import type { Settings } from './fake-options.js'
import { findSession, type SessionReference } from './resolve-reference.js'
import type { Registry } from './registry.js'
import { newSessionIds, type SessionRecord } from './sessions.js'

/** Who signs in, and how. */
export interface SignInOptions extends IdentityChanges {
  /**
   * Whose session it is. Somebody the fake knows is signed in once more, and changed as the other
   * options say; an id that it does not know is given to a new person. Default a new person.
   */
  readonly identityId?: string
  /** Default what `methods` come to by Kratos' rule, or else `'aal1'`. */
  readonly aal?: AuthenticatorAssuranceLevel
  /** Names, or objects with every detail. Default `['password']`, with a second factor for `'aal2'`. */
  readonly methods?: readonly MethodOption[]
  /** Milliseconds until it expires; below zero, it has. Default the fake's `sessionLifespanMs`. */
  readonly expiresInMs?: number
  /** Milliseconds since the last factor was shown. Default `0`. */
  readonly authenticatedAgoMs?: number
}

/** How a second factor was shown. */
export interface StepUpOptions {
  /** Default `'totp'`. */
  readonly method?: MethodOption
}

/** How a first factor was shown once more. */
export interface RefreshOptions {
  /** Default `'password'`. */
  readonly method?: MethodOption
}

/** Somebody signed in. */
export interface SignedIn {
  /** What whoami says about it now. It is deep-frozen, and does not change later on. */
  readonly session: Session
  /** A value for the `Cookie` header: `<name>=<value>`. */
  readonly cookie: string
  /** A value for `X-Session-Token`, or for `Authorization` behind `Bearer `. */
  readonly token: string
}

/** What users do to be signed in. */
export interface Login {
  /**
   * Makes a session, and a person for it. Its cookie and its token open the same session.
   *
   * @throws TypeError for an option that does not exist or is no number
   */
  signIn(options?: SignInOptions): SignedIn
  /**
   * Adds a second factor to a session, which makes it aal2, authenticated just now, and good for
   * another lifespan. The token stays; there is a new cookie, and the old one is aal2 as well.
   *
   * @throws TypeError when this fake has not made the session
   */
  stepUp(session: SessionReference, options?: StepUpOptions): SignedIn
  /**
   * Shows the first factor of a session once more, which makes it authenticated just now, and good
   * for another lifespan. The token stays, and so does the level; there is a new cookie.
   *
   * @throws TypeError when this fake has not made the session
   */
  refresh(session: SessionReference, options?: RefreshOptions): SignedIn
  /**
   * Issues one more cookie for a session; all of them stay good.
   *
   * @throws TypeError when this fake has not made the session
   */
  reissue(session: SessionReference): SignedIn
}

const signInOptions = ['identityId', 'aal', 'methods', 'expiresInMs', 'authenticatedAgoMs']
const identityOptions = ['traits', 'metadataPublic', 'verified', 'secondFactor']

export function createFakeLogin(registry: Registry, jar: CookieJar, settings: Settings): Login {
  const handOut = (record: SessionRecord): SignedIn => ({
    session: registry.body(record),
    cookie: `${settings.cookieName}=${jar.issue(record, registry.now().ms)}`,
    token: record.token,
  })

  /** Adds a method to a session, shown just now. */
  function authenticate(old: SessionRecord, method: MethodOption): SessionRecord {
    const now = registry.now()
    const session: SessionRecord = {
      ...old,
      methods: [...old.methods, completeMethod(method, now.text)],
      authenticatedAt: now,
      expiresAt: registry.at(now.ms + old.lifespanMs),
    }
    registry.putSession(session)
    return session
  }

  return {
    signIn(options = {}) {
      refuseUnknownKeys('signIn', options, [...signInOptions, ...identityOptions])
      refuseOthers('signIn: aal', options.aal, levels)
      refuseBadNumber('signIn: expiresInMs', options.expiresInMs)
      refuseBadNumber('signIn: authenticatedAgoMs', options.authenticatedAgoMs, 0)
      const now = registry.now()
      const authenticatedAt = registry.at(now.ms - (options.authenticatedAgoMs ?? 0))
      const methods = completeMethods(options.methods, options.aal ?? 'aal1', authenticatedAt.text)
      const level = options.aal ?? levelOf(methods)

      const familiar = registry.identity(options.identityId ?? '')
      const secondFactor = options.secondFactor ?? (level > 'aal1' ? true : undefined)
      const changes = secondFactor === undefined ? options : { ...options, secondFactor }
      const identity = familiar
        ? changeIdentity(familiar, changes, now)
        : newIdentity(options.identityId, changes, now)
      registry.putIdentity(identity)

      const lifespanMs = options.expiresInMs ?? settings.sessionLifespanMs
      const expiresAt = registry.at(now.ms + lifespanMs)
      const session: SessionRecord = {
        ...newSessionIds(),
        identityId: identity.id,
        lifespanMs,
        issuedAt: authenticatedAt,
        authenticatedAt,
        expiresAt,
        level,
        methods,
        isRevoked: false,
      }
      registry.putSession(session)
      return handOut(session)
    },
    stepUp(reference, options = {}) {
      refuseUnknownKeys('stepUp', options, ['method'])
      const old = findSession(registry, reference)
      const session = authenticate({ ...old, level: 'aal2' }, options.method ?? 'totp')
      const { authenticatedAt: now } = session
      registry.putIdentity(changeIdentity(registry.owner(session), { secondFactor: true }, now))
      return handOut(session)
    },
    refresh(reference, options = {}) {
      refuseUnknownKeys('refresh', options, ['method'])
      const old = findSession(registry, reference)
      return handOut(authenticate(old, options.method ?? 'password'))
    },
    reissue: (reference) => handOut(findSession(registry, reference)),
  }
}
