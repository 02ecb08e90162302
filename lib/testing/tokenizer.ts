import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import type { Session } from '../session/session.js'

/** Turns a session into a JSON Web Token, for `?tokenize_as=`. */
export type Tokenizer = (session: Session, now: number) => string

const lifetimeSeconds = 300

/** Makes a tokenizer with a key of its own, generated when it is first needed. */
export function createTokenizer(publicUrl: string): Tokenizer {
  let key: KeyObject | undefined
  return (session, now) => {
    key ??= generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const seconds = Math.floor(now / 1000)
    const header = encode({ alg: 'ES256', kid: 'k1', typ: 'JWT' })
    const claims = encode({
      aal: session.authenticator_assurance_level,
      exp: seconds + lifetimeSeconds,
      iat: seconds,
      iss: `${publicUrl}/`,
      jti: randomUUID(),
      nbf: seconds,
      sid: session.id,
      sub: session.identity.id,
    })
    const text = `${header}.${claims}`
    const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
