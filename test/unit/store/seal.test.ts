import { createCipheriv, createHmac, hkdfSync } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { createKeyring } from '../../../lib/store/keyring.js'
import { seal, unseal } from '../../../lib/store/seal.js'
import type { SealKey } from '../../../lib/store/seal.js'

const secret = '0123456789abcdef0123456789abcdef'
const url = 'https://ory.example/'
const credential = { source: 'cookie', value: 'ory_kratos_session=MTIz' } as const
const text = '[1772366400000,10000,"1-0",0,null]\n{"id":"a session"}'

const keyOf = (secrets: readonly [string, ...string[]] = [secret], of = url): SealKey =>
  createKeyring(secrets, of).recordKeys(credential)[0]

describe('a keyring', () => {
  it('names and seals as version 1 does', () => {
    expect(keyOf()).toEqual({
      name: 'eos1:yj4mVxMWJdd0CEFU9QecW5InzpRY6AD0',
      kid: 'TIZYVMIs',
      cipherKey: Buffer.from(
        '5690d562a4555a3b37a783410023303e225bd499b05d89e12932d1b6fdce22c5',
        'hex',
      ),
    })
    expect(createKeyring([secret], url).logName).toBe('eos1:log:Ge6DJO_QL8LRgEWh5ibBCqqAkQXfP3TL')
  })

  it('opens what version 1 has sealed', () => {
    expect(
      unseal(
        keyOf(),
        '1.TIZYVMIs.+hUuUtOd84BJl/HaCEtDXpbiFJUcKFZSBZYguBHWmnH/6BsBOgG2ERfYAuYF2lrdrBefwA9xYJ212JrDtvXHtgXBwAHm6V74KZ33TNRr1d+R',
      ),
    ).toBe(text)
  })

  it('derives by HKDF and HMAC, and seals by AES-256-GCM, as anybody else can', () => {
    const info = `express-ory-session/1 record ${url}`
    const master = Buffer.from(hkdfSync('sha512', secret, '', info, 64))
    const message = '6:cookie6:cookie23:ory_kratos_session=MTIz'
    const derived = createHmac('sha512', master).update(message).digest()
    const name = `eos1:${derived.toString('base64url', 0, 24)}`
    const key = keyOf()
    expect(key.name).toBe(name)
    expect(key.cipherKey).toEqual(derived.subarray(24, 56))
    const cipher = createCipheriv('aes-256-gcm', key.cipherKey, Buffer.alloc(12, 7))
    cipher.setAAD(Buffer.from(`1.${key.kid}.${name}`))
    const body = Buffer.concat([
      Buffer.alloc(12, 7),
      cipher.update(text, 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ])
    expect(unseal(key, `1.${key.kid}.${body.toString('base64')}`)).toBe(text)
  })

  it('seals the same text in another way each time', () => {
    expect(seal(keyOf(), text)).not.toBe(seal(keyOf(), text))
  })

  it('gives a token the same name in both of its headers, and every credential its own', () => {
    const ring = createKeyring([secret], url)
    const nameOf = (source: 'cookie' | 'bearer' | 'x-session-token', value: string): string =>
      ring.recordKeys({ source, value })[0].name
    expect(nameOf('bearer', 'ory_st_a')).toBe(nameOf('x-session-token', 'ory_st_a'))
    const names = [
      nameOf('bearer', 'ory_st_a'),
      nameOf('cookie', 'ory_st_a'),
      nameOf('bearer', 'b'),
    ]
    expect(new Set(names).size).toBe(3)
  })

  it.each([
    ['another secret', keyOf([`${secret}!`])],
    ['another Ory', keyOf([secret], 'https://other.example/')],
    [
      'another credential',
      createKeyring([secret], url).recordKeys({ source: 'bearer', value: 'x' })[0],
    ],
    ['another name', { ...keyOf(), name: 'eos1:another' }],
    ['another key id', { ...keyOf(), kid: 'another' }],
  ])('opens no record of %s', (_name, key) => {
    expect(unseal(keyOf(), seal(key, text))).toBeUndefined()
    expect(unseal(key, seal(keyOf(), text))).toBeUndefined()
  })

  it('opens no record of another version', () => {
    expect(unseal(keyOf(), seal(keyOf(), text).replace(/^1/, '2'))).toBeUndefined()
  })

  it('opens no record of which any bit of any character is another', () => {
    const key = keyOf()
    for (const padding of ['', ' ', '  ']) {
      const sealed = seal(key, text + padding)
      expect(unseal(key, sealed)).toBe(text + padding)
      for (let index = 0; index < sealed.length; index += 1) {
        for (let bit = 0; bit < 7; bit += 1) {
          const flipped = String.fromCharCode(sealed.charCodeAt(index) ^ (1 << bit))
          const changed = sealed.slice(0, index) + flipped + sealed.slice(index + 1)
          expect(unseal(key, changed)).toBeUndefined()
        }
        expect(unseal(key, sealed.slice(0, index))).toBeUndefined()
      }
      expect(unseal(key, `${sealed}=`)).toBeUndefined()
      expect(unseal(key, `${sealed}\n`)).toBeUndefined()
    }
  })

  it('opens what each of its secrets has sealed, and seals with the first', () => {
    const rotated = createKeyring([`new ${secret}`, secret], url)
    const old = createKeyring([secret], url)
    const [first, second] = rotated.recordKeys(credential)
    expect(first).toEqual(keyOf([`new ${secret}`]))
    expect(second).toEqual(keyOf())
    expect(rotated.logName).toBe(old.logName)
    expect(rotated.openEntry(old.sealEntry('entry'))).toBe('entry')
    expect(old.openEntry(rotated.sealEntry('entry'))).toBeUndefined()
    expect(rotated.openEntry(rotated.sealEntry('entry'))).toBe('entry')
  })

  it.each(['', '1', '1.', '1..', 'garbage', '1.kid.====', `1.${keyOf().kid}.`])(
    'opens no entry that is %j',
    (entry) => {
      expect(createKeyring([secret], url).openEntry(entry)).toBeUndefined()
    },
  )
})
