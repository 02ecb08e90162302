import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Part of every name and of every sealed text: another version reads neither. */
export const version = '1'
const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
export const keyBytes = 32

/** A key, the name of what it seals, and the id of the secret that it is made of. */
export interface SealKey {
  readonly name: string
  readonly kid: string
  readonly cipherKey: Buffer
}

export function seal({ cipherKey, kid, name }: SealKey, text: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, cipherKey, nonce)
  cipher.setAAD(aad(kid, name))
  const sealed = Buffer.concat([
    nonce,
    cipher.update(text, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  return `${version}.${kid}.${sealed.toString('base64')}`
}

/** `undefined` for a value that this key has not sealed under this name. */
export function unseal({ cipherKey, kid, name }: SealKey, sealed: string): string | undefined {
  const head = `${version}.${kid}.`
  if (!sealed.startsWith(head)) return undefined
  const encoded = sealed.slice(head.length)
  const bytes = Buffer.from(encoded, 'base64')
  // Base64 has several spellings of the same bytes. Without this, some flipped bits would go unnoticed.
  if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64') !== encoded) return undefined
  const decipher = createDecipheriv(algorithm, cipherKey, bytes.subarray(0, nonceBytes))
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
