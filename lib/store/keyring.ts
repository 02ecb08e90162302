import { hash, hkdfSync } from 'node:crypto'
import type { Credential } from '../credential/credential.js'
import { keyBytes, seal, unseal, version } from './seal.js'
import type { SealKey } from './seal.js'

/** Names and seals what a fleet shares. Each secret has its own names and keys. */
export interface Keyring {
  /** The same in every process that has the same Ory URL, whatever its secrets. */
  readonly logName: string
  /** One for each secret, in order: the first seals, all open. */
  recordKeys(credential: Credential): readonly [SealKey, ...SealKey[]]
  sealEntry(text: string): string
  /** `undefined` for an entry that no secret of ours has sealed. */
  openEntry(sealed: string): string | undefined
}

const prefix = `eos${version}:`
const nameBytes = 24
/** The size of a block and of a digest of SHA-512. */
const [blockBytes, digestBytes] = [128, 64]

/** What one secret gives. */
interface Secret {
  readonly kid: string
  readonly recordPads: Pads
  readonly entryKey: SealKey
}

/** A key of HMAC-SHA-512, combined with its two pads. */
interface Pads {
  readonly inner: Buffer
  /** With room for the inner digest behind it. */
  readonly outer: Buffer
}

/** The name of the log, which no secret is part of: `url` is Ory's. */
export function logNameOf(url: string): string {
  return `${prefix}log:${hash('sha256', url, 'base64url').slice(0, 32)}`
}

/** `secrets`: of 32 bytes or more each. `url`: Ory's, since another Ory has other sessions. */
export function createKeyring(secrets: readonly [string, ...string[]], url: string): Keyring {
  const [first, ...others] = secrets
  const logName = logNameOf(url)
  const ring: [Secret, ...Secret[]] = [
    deriveSecret(first, url, logName),
    ...others.map((secret) => deriveSecret(secret, url, logName)),
  ]

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
    sealEntry: (text) => seal(ring[0].entryKey, text),
    openEntry(sealed) {
      for (const { entryKey } of ring) {
        const text = unseal(entryKey, sealed)
        if (text !== undefined) return text
      }
      return undefined
    },
  }
}

function deriveSecret(secret: string, url: string, logName: string): Secret {
  const derive = (purpose: string, size: number): Buffer =>
    Buffer.from(
      hkdfSync('sha512', secret, '', `express-ory-session/${version} ${purpose} ${url}`, size),
    )
  const kid = derive('kid', 6).toString('base64url')
  return {
    kid,
    recordPads: pads(derive('record', 64)),
    entryKey: { name: logName, kid, cipherKey: derive('log', keyBytes) },
  }
}

function pads(key: Buffer): Pads {
  const pad = (byte: number): Buffer =>
    Buffer.alloc(blockBytes, byte).map((padding, index) => padding ^ (key[index] ?? 0)) as Buffer
  return { inner: pad(0x36), outer: Buffer.concat([pad(0x5c), Buffer.alloc(digestBytes)]) }
}

/**
 * HMAC-SHA-512 (RFC 2104) by two one-shot hashes, because every question to the store needs one, and
 * `createHmac` and digests in buffers of their own take half as long again.
 */
function hmac({ inner, outer }: Pads, message: Buffer): Buffer {
  outer.write(hash('sha512', Buffer.concat([inner, message]), 'binary'), blockBytes, 'latin1')
  return Buffer.from(hash('sha512', outer, 'binary'), 'latin1')
}

function recordKey({ kid, recordPads }: Secret, message: Buffer): SealKey {
  const derived = hmac(recordPads, message)
  return {
    name: prefix + derived.toString('base64url', 0, nameBytes),
    kid,
    cipherKey: derived.subarray(nameBytes, nameBytes + keyBytes),
  }
}
