import type { Login } from './users.js'
import type { Random } from './random.js'

/** What a request proves itself with. */
export type Carried =
  | { readonly kind: 'nothing' }
  /** A token header that is no token header. */
  | { readonly kind: 'malformed' }
  /** What can be seen to be no session without a call. */
  | { readonly kind: 'impossible' }
  /** What nobody was ever given. */
  | { readonly kind: 'madeUp' }
  | Carrying

/** One of the credentials of a login. */
export interface Carrying {
  readonly kind: 'session'
  readonly login: Login
  readonly source: 'token' | 'cookie'
  /** What the application knows it by. */
  readonly key: string
  /** With something else beside it that has a session cookie's name. */
  readonly isComposite: boolean
}

/** What is no session, by how much it takes to see that. */
export type Oddity = Exclude<Carried['kind'], 'session'>

export type Header = readonly [name: string, value: string]

/** A credential, and the headers that it stands in. */
export interface Credential {
  readonly carried: Carrying
  readonly headers: readonly Header[]
}

/** Makes what requests prove themselves with. */
export interface Credentials {
  /** A login's, in one of the ways in which it can stand in a request. */
  of(login: Login): Credential
  cookieOf(login: Login): Credential
  odd(kind: Oddity): readonly Header[]
}

export function createCredentials(random: Random): Credentials {
  const letters = (count: number): string =>
    Array.from({ length: count }, () => random.below(36).toString(36)).join('')

  function odd(kind: Oddity): readonly Header[] {
    switch (kind) {
      case 'nothing':
        return random.chance(0.5) ? [] : [['authorization', 'Bearer ory_at_somebody.else']]
      case 'malformed':
        return random.chance(0.5)
          ? [['x-session-token', `ory_st_${letters(8)} ${letters(8)}`]]
          : [['authorization', `Bearer ory_st_${letters(8)}, ory_st_${letters(8)}`]]
      case 'impossible':
        return random.chance(0.5)
          ? [['x-session-token', letters(30)]]
          : [['cookie', `ory_kratos_session=${letters(10).repeat(900)}`]]
      case 'madeUp':
        return random.chance(0.5)
          ? [['x-session-token', `ory_st_${letters(32)}`]]
          : [['cookie', `ory_kratos_session=${letters(60)}==; theme=dark`]]
    }
  }

  function tokenOf(login: Login, header: 'bearer' | 'token'): Credential {
    const { token } = login
    return {
      carried: { kind: 'session', login, source: 'token', key: token, isComposite: false },
      headers: [
        header === 'token' ? ['x-session-token', token] : ['authorization', `Bearer ${token}`],
      ],
    }
  }

  function cookieOf(login: Login, way: 'alone' | 'jar' | 'planted' = 'alone'): Credential {
    const cookie = random.pick(login.cookies)
    const isComposite = way === 'planted'
    const key = isComposite ? `ory_kratos_session=planted${random.below(20)}; ${cookie}` : cookie
    return {
      carried: { kind: 'session', login, source: 'cookie', key, isComposite },
      headers: [['cookie', way === 'jar' ? `a=1; ${key}; csrf_token_x=${letters(20)}` : key]],
    }
  }

  return {
    odd,
    cookieOf: (login) => cookieOf(login),
    of(login) {
      const way = random.weighted({ token: 3, bearer: 3, alone: 6, jar: 2, planted: 1 })
      return way === 'token' || way === 'bearer' ? tokenOf(login, way) : cookieOf(login, way)
    },
  }
}
