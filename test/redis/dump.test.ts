import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually, outcomeOf, storeSecret } from '../support/fleet.js'
import { redisClients } from '../support/redis-clients.js'
import { hasRedis, startRedis, withRedis } from '../support/redis-server.js'
import { byCookie, byToken, createWorld, madeUpToken } from '../support/world.js'

const describeRedis = hasRedis ? describe : describe.skip
const world = createWorld()
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

/** Everything that anybody sends to a Redis from now on, as its MONITOR shows it. */
async function wiretap(port: number): Promise<{ text(): string }> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write('MONITOR\r\n')
  await once(socket, 'data')
  open.push({ close: () => Promise.resolve(void socket.destroy()) })
  return { text: () => Buffer.concat(chunks).toString('latin1') }
}

/** A text as it may stand in another: as it is, encoded, hashed, and all of it in lower case. */
function disguises(text: string): string[] {
  const hashes = ['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) => {
    const digest = createHash(name).update(text).digest()
    return [digest.toString('hex'), digest.toString('base64'), digest.toString('base64url')]
  })
  const bytes = Buffer.from(text)
  // Base64 depends on where in it a text begins; what is between the borders does not.
  const encoded = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  )
  return [text, bytes.toString('hex'), ...encoded, ...hashes].filter(({ length }) => length >= 8)
}

describeRedis(withRedis('what a Redis receives and holds'), () => {
  it('shows no trait, no id, no credential and no secret, in any encoding', async () => {
    const redis = await startRedis()
    open.push(redis)
    const tap = await wiretap(redis.port)
    const fake = await world.fake()
    const process = async () => {
      const connection = await redisClients['ioredis 6']!(redis.port)
      open.push(connection)
      const { store } = connection
      return world.instance({ url: fake.url, store, storeSecret, storeTimeoutMs: 5_000 })
    }
    const [a, b] = [await process(), await process()]
    const traits = Array.from({ length: 8 }, (_, n) => ({
      email: `person-${String(n)}@example.com`,
      name: { first: `Firstname${String(n)}`, last: `Lastname${String(n)}` },
      phone: `+49 170 00000${String(n)}`,
    }))
    const users = traits.map((each) =>
      fake.signIn({ traits: each, metadataPublic: { role: 'administrator' } }),
    )
    for (const person of users) {
      expect(await outcomeOf(a, byToken(person))).toBe('upstream')
      await outcomeOf(b, byCookie(person))
    }
    await outcomeOf(a, byToken({ token: madeUpToken() }))
    await eventually(() => tap.text().split('"SET"').length > 2 * users.length)
    const [one, two, three, four] = users
    expect(await outcomeOf(b, byToken(one!))).toBe('cache')
    await a.invalidate({ session: one!.session.id })
    await a.invalidate({ identity: two!.session.identity.id })
    await a.invalidate({ request: { headers: byCookie(three!) } })
    const site = await world.site((request, response, next) => {
      a.logout()(request, response, next)
    })
    await fetch(site.origin, { method: 'POST', headers: byToken(four!) })
    await eventually(() => tap.text().split('"XADD"').length > 4)

    const seen = tap.text()
    const sealed = [...seen.matchAll(/"1\.[\w-]{8}\.([\w+/=]+)"/g)].map(([, text]) => text!)
    expect(sealed.length).toBeGreaterThan(2 * users.length)
    const decoded = sealed.map((text) => Buffer.from(text, 'base64').toString('latin1'))
    const texts = [seen, ...decoded].map((text) => text.toLowerCase())
    const secrets = users.flatMap(({ token, cookie, session }, n) => [
      ...[token, cookie, decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1))],
      ...[session.id, session.identity.id, session.expires_at, session.authenticated_at],
      ...[traits[n]!.email, traits[n]!.phone, traits[n]!.name.first, traits[n]!.name.last],
    ])
    for (const secret of [...secrets, madeUpToken(), storeSecret, 'administrator', fake.url]) {
      for (const disguise of disguises(secret)) {
        expect(texts.some((text) => text.includes(disguise.toLowerCase()))).toBe(false)
      }
    }
    // Nothing but records and the log is ever written, and each record has an end.
    const keys = (await redis.command('KEYS', '*')).match(/^[^*$\r\n].*$/gm) ?? []
    expect(keys.filter((key) => !/^eos1:(log:)?[\w-]{32}$/.test(key))).toEqual([])
    expect(keys.length).toBeGreaterThan(users.length)
    for (const key of keys.filter((name) => !name.includes(':log:'))) {
      const [, ttlMs] = /^:(-?\d+)/.exec(await redis.command('PTTL', key)) ?? []
      expect(Number(ttlMs)).not.toBe(-1)
      expect(Number(ttlMs)).toBeLessThanOrEqual(10_000)
    }
  }, 30_000)
})
