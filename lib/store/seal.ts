import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto'
import type { Credential } from '../credential/read-credential.js'

/** The name of the record of a credential, and the key that seals it. */
export interface RecordKey {
  readonly name: string
  readonly kid: string
  readonly cipherKey: Buffer
}

/** Names and seals what a fleet shares. Each secret has its own names and keys. */
export interface Keyring {
  /** The same in every process that has the same Ory URL, whatever its secrets. */
  readonly logName: string
  /** One for each secret, in order: the first seals, all open. */
  recordKeys(credential: Credential): readonly [RecordKey, ...RecordKey[]]
  sealEntry(text: string): string
  /** `undefined` for an entry that no secret of ours has sealed. */
  openEntry(sealed: string): string | undefined
}

/** Part of every name and of every sealed text: another version reads neither. */
const version = '1'
const prefix = `eos${version}:`
const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
const nameBytes = 24
const keyBytes = 32
/** The size of a block of SHA-512. */
const blockBytes = 128

/** What one secret gives. */
interface Secret {
  readonly kid: string
  readonly recordPads: Pads
  readonly entryKey: Buffer
}

/** A key of HMAC-SHA-512, combined with its two pads. */
interface Pads {
  readonly inner: Buffer
  readonly outer: Buffer
}

/** `secrets`: of 32 bytes or more each. `url`: Ory's, since another Ory has other sessions. */
export function createKeyring(secrets: readonly [string, ...string[]], url: string): Keyring {
  const [first, ...others] = secrets
  const ring: [Secret, ...Secret[]] = [
    deriveSecret(first, url),
    ...others.map((secret) => deriveSecret(secret, url)),
  ]
  const logName = `${prefix}log:${hash('sha256', url, 'base64url').slice(0, 32)}`

  return {
    logName,
    recordKeys(credential) {
      const kind = credential.source === 'cookie' ? 'cookie' : 'token'
      const name = kind === 'cookie' ? 'cookie' : 'x-session-token'
      const { value } = credential
      const message = Buffer.from(
        `${kind.length}:${kind}${name.length}:${name}${value.length}:${value}`,
      )
      const [one, ...rest] = ring
      if (rest.length === 0) return [recordKey(one, message)]
      return [recordKey(one, message), ...rest.map((secret) => recordKey(secret, message))]
    },
    sealEntry: (text) => seal(ring[0].entryKey, ring[0].kid, logName, text),
    openEntry(sealed) {
      const kid = sealed.split('.', 2)[1]
      for (const secret of ring) {
        if (secret.kid === kid) return open(secret.entryKey, kid, logName, sealed)
      }
      return undefined
    },
  }
}

export function sealRecord({ cipherKey, kid, name }: RecordKey, text: string): string {
  return seal(cipherKey, kid, name, text)
}

/** `undefined` for a value that this key has not sealed under this name. */
export function openRecord(
  { cipherKey, kid, name }: RecordKey,
  sealed: string,
): string | undefined {
  return open(cipherKey, kid, name, sealed)
}

function deriveSecret(secret: string, url: string): Secret {
  const derive = (purpose: string, size: number): Buffer =>
    Buffer.from(
      hkdfSync('sha512', secret, '', `express-ory-session/${version} ${purpose} ${url}`, size),
    )
  return {
    kid: derive('kid', 6).toString('base64url'),
    recordPads: pads(derive('record', 64)),
    entryKey: derive('log', keyBytes),
  }
}

function pads(key: Buffer): Pads {
  const pad = (byte: number): Buffer =>
    Buffer.alloc(blockBytes, byte).map((padding, index) => padding ^ (key[index] ?? 0)) as Buffer
  return { inner: pad(0x36), outer: pad(0x5c) }
}

/**
 * HMAC-SHA-512 (RFC 2104) by two one-shot hashes, because `createHmac` takes three times as long, and
 * every question to the store needs one.
 */
function hmac({ inner, outer }: Pads, message: Buffer): Buffer {
  const digest = hash('sha512', Buffer.concat([inner, message]), 'buffer')
  return hash('sha512', Buffer.concat([outer, digest]), 'buffer')
}

function recordKey({ kid, recordPads }: Secret, message: Buffer): RecordKey {
  const derived = hmac(recordPads, message)
  return {
    name: prefix + derived.toString('base64url', 0, nameBytes),
    kid,
    cipherKey: derived.subarray(nameBytes, nameBytes + keyBytes),
  }
}

function seal(key: Buffer, kid: string, name: string, text: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce)
  cipher.setAAD(aad(kid, name))
  const sealed = Buffer.concat([
    nonce,
    cipher.update(text, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  return `${version}.${kid}.${sealed.toString('base64')}`
}

function open(key: Buffer, kid: string, name: string, sealed: string): string | undefined {
  const head = `${version}.${kid}.`
  if (!sealed.startsWith(head)) return undefined
  const encoded = sealed.slice(head.length)
  const bytes = Buffer.from(encoded, 'base64')
  // Base64 has several spellings of the same bytes. Without this, some flipped bits would go unnoticed.
  if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64') !== encoded) return undefined
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes))
  decipher.setAAD(aad(kid, name))
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
  try {
    const text = decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes))
    decipher.final()
    return text.toString('utf8')
  } catch {
    return undefined
  }
}

function aad(kid: string, name: string): Buffer {
  return Buffer.from(`${version}.${kid}.${name}`)
}
