import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** A key and a certificate for it, in PEM. */
export interface Identity {
  readonly key: string
  readonly cert: string
}

export interface Subject {
  /** The one DNS name that it is for. */
  readonly name: string
  /** Default the beginning of 2000. */
  readonly notBefore?: string
  /** Default the end of 9999. */
  readonly notAfter?: string
}

/** Who vouches for an identity. */
export interface Authority {
  /** Its own certificate, in PEM. */
  readonly cert: string
  issue(subject: Subject): Identity
}

// Made anew in each run, so that no key is kept and no date comes near. RFC 5280 in DER.
const [integer, octets, oid, utf8, time, sequence, set] = [2, 4, 6, 12, 24, 0x30, 0x31]

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const text = (tag: number, content: string): Buffer => der(tag, Buffer.from(content))
const bits = (content: Uint8Array): Buffer => der(3, hex('00'), content)
const ecdsaWithSha256 = der(sequence, der(oid, hex('2a8648ce3d040302')))

const commonName = (name: string): Buffer =>
  der(sequence, der(set, der(sequence, der(oid, hex('550403')), text(utf8, name))))

const extension = (id: string, value: Buffer): Buffer =>
  der(sequence, der(oid, hex(id)), der(octets, value))

function createKeys(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function certify(
  subject: Subject,
  publicKey: KeyObject,
  issuer: string,
  issuerKey: KeyObject,
  isAuthority: boolean,
): string {
  const { name, notBefore = '20000101000000Z', notAfter = '99991231235959Z' } = subject
  const content = der(
    sequence,
    der(0xa0, der(integer, hex('02'))),
    // Positive, and never the same twice under one issuer.
    der(integer, hex('01'), randomBytes(8)),
    ecdsaWithSha256,
    commonName(issuer),
    der(sequence, text(time, notBefore), text(time, notAfter)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      der(
        sequence,
        isAuthority
          ? extension('551d13', der(sequence, hex('0101ff')))
          : extension('551d11', der(sequence, text(0x82, name))),
      ),
    ),
  )
  const signature = sign('sha256', content, issuerKey)
  const base64 = der(sequence, content, ecdsaWithSha256, bits(signature)).toString('base64')
  const lines = base64.match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

export function createAuthority(name: string): Authority {
  const own = createKeys()
  return {
    cert: certify({ name }, own.publicKey, name, own.privateKey, true),
    issue(subject) {
      const { privateKey, publicKey } = createKeys()
      const cert = certify(subject, publicKey, name, own.privateKey, false)
      return { key: pem(privateKey), cert }
    },
  }
}

/** An identity that nobody vouches for but itself. */
export function issueSelfSigned(subject: Subject): Identity {
  const { privateKey, publicKey } = createKeys()
  return {
    key: pem(privateKey),
    cert: certify(subject, publicKey, subject.name, privateKey, false),
  }
}
