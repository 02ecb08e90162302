import { describe, expect, it } from '@jest/globals'
import { createServer as createHttp2Server, connect } from 'node:http2'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FakeOry } from '../../lib/testing/index.js'
import { frameworks } from '../support/frameworks.js'
import { byCookie, createWorld, get } from '../support/world.js'

const world = createWorld()
const ours = expect.stringMatching(/^ory_kratos_session=/)

type Write = (response: ServerResponse) => void

/** Ways to write a head after the guard, with headers that replace what stood there. */
const ways: [string, Write][] = [
  [
    'setHeader',
    (response) => {
      response.setHeader('Set-Cookie', 'theme=dark')
      response.setHeader('Cache-Control', 'public, max-age=60')
      response.setHeader('Vary', 'Accept')
      response.end('news')
    },
  ],
  [
    'writeHead with an object',
    (response) => {
      const headers = { 'set-cookie': 'theme=dark', 'Cache-Control': 'public, max-age=60' }
      response.writeHead(200, { ...headers, Vary: 'Accept' }).end('news')
    },
  ],
  [
    'writeHead with a reason and an object',
    (response) => {
      const headers = { 'Set-Cookie': ['theme=dark'], 'cache-control': 's-maxage=60, max-age=60' }
      response.writeHead(200, 'OK', { ...headers, Vary: 'Accept' }).end('news')
    },
  ],
  [
    'writeHead with a list',
    (response) => {
      const list = ['Set-Cookie', 'theme=dark', 'Cache-Control', 'max-age=60', 'Vary', 'Accept']
      response.writeHead(200, list).end('news')
    },
  ],
  [
    'flushHeaders',
    (response) => {
      response.setHeader('Set-Cookie', ['theme=dark'])
      response.setHeader('Cache-Control', 'private="x-name", max-age=60')
      response.setHeader('Vary', 'Accept')
      response.flushHeaders()
      response.end('news')
    },
  ],
]

function renewing(fake: FakeOry): string {
  const { session, cookie } = fake.signIn()
  fake.extend(session)
  return cookie
}

describe.each(frameworks)('a renewed cookie under $name', (framework) => {
  it.each(ways)('survives %s, and no shared cache stores it', async (_name, handler) => {
    const { fake, site } = await world.start({
      framework,
      handler: (_request, response) => handler(response),
    })

    const { headers } = await get(site, { Cookie: renewing(fake) })

    expect(headers['set-cookie']).toEqual(expect.arrayContaining(['theme=dark', ours]))
    expect(headers['cache-control']).toBe('private, max-age=60')
    expect(headers['vary']).toBe('Accept, X-Session-Token, Authorization, Cookie')
  })

  it('leaves a hit as the handler writes it', async () => {
    const { fake, site } = await world.start({
      framework,
      handler: (_request, response) => ways[0]![1](response),
    })
    const who = fake.signIn()
    await get(site, byCookie(who))

    const { headers } = await get(site, byCookie(who))

    expect(headers['cache-control']).toBe('public, max-age=60')
    expect(headers['set-cookie']).toEqual(['theme=dark'])
  })
})

/** What middleware that was mounted before the guard does when the head is written. */
const wrappers: [string, (response: ServerResponse) => void][] = [
  [
    'by setHeader',
    (response) => {
      response.setHeader('Set-Cookie', 'theme=dark')
      response.setHeader('Cache-Control', 'public, max-age=60')
    },
  ],
  [
    'by appendHeader',
    (response) => {
      response.removeHeader('Set-Cookie')
      response.removeHeader('Cache-Control')
      response.appendHeader('Set-Cookie', 'theme=dark')
      response.appendHeader('Cache-Control', 's-maxage=60')
      response.appendHeader('Cache-Control', 'max-age=60')
    },
  ],
  [
    'by setHeaders',
    (response) => {
      const headers = new Headers([
        ['Set-Cookie', 'theme=dark'],
        ['Cache-Control', 'public, max-age=60'],
      ])
      response.setHeaders(headers)
    },
  ],
]

describe('a renewed cookie behind middleware that writes headers last', () => {
  it.each(wrappers)('survives it, and no shared cache stores it: %s', async (_name, write) => {
    const fake = await world.fake()
    const guard = world.instance({ url: fake.url }).requireSession()
    const site = await world.site((request, response, next) => {
      const { writeHead } = response
      response.writeHead = (...given: unknown[]) => {
        write(response)
        return writeHead.apply(response, given as never)
      }
      guard(request, response, next)
    })

    const { headers } = await get(site, { Cookie: renewing(fake) })

    expect([...headers['set-cookie']!].sort()).toEqual([ours, 'theme=dark'])
    expect(headers['cache-control']).toBe('private, max-age=60')
  })

  it('leaves the methods of the response as they were', async () => {
    const fake = await world.fake()
    const guard = world.instance({ url: fake.url }).requireSession()
    const own = new Set<string>()
    const site = await world.site(guard, {
      handler: (_request, response) => {
        response.end()
        for (const name of Object.keys(response)) own.add(name)
      },
    })
    await get(site, { Cookie: renewing(fake) })

    for (const name of ['setHeader', 'appendHeader', 'setHeaders', 'removeHeader']) {
      expect(own).not.toContain(name)
    }
  })
})

/** The headers of an answer by HTTP/2, with a renewed cookie. `before`: middleware in front of the guard. */
async function headersByHttp2(handler: Write, before: Write = () => undefined) {
  const fake = await world.fake()
  const guard = world.instance({ url: fake.url }).requireSession()
  const server = createHttp2Server((request, response) => {
    before(response as never)
    guard(request as never, response as never, () => handler(response as never))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`)

  const headers = await new Promise<Record<string, unknown>>((resolve) => {
    const stream = client.request({ ':path': '/', cookie: renewing(fake) })
    stream.on('response', resolve).resume()
  })
  client.close()
  server.close()
  return headers
}

const publicAnswer = { 'Set-Cookie': 'theme=dark', 'Cache-Control': 'public, max-age=60' }

describe('a renewed cookie', () => {
  it.each(ways)('survives %s over HTTP/2', async (_name, handler) => {
    const headers = await headersByHttp2(handler)

    expect(headers['set-cookie']).toEqual(expect.arrayContaining(['theme=dark', ours]))
    expect(headers['cache-control']).toBe('private, max-age=60')
  })

  it.each([
    ['an object', publicAnswer],
    ['a list', Object.entries(publicAnswer).flat()],
  ])('survives middleware in front that writes %s of its own over HTTP/2', async (_name, given) => {
    const own = new Set<string>()
    const headers = await headersByHttp2(
      (response) => {
        response.end('news')
        for (const name of Object.keys((response as unknown as { stream: object }).stream)) {
          own.add(name)
        }
      },
      (response) => {
        const { writeHead } = response
        response.writeHead = (status: number) => writeHead.call(response, status, given)
      },
    )

    expect(headers['set-cookie']).toEqual(expect.arrayContaining(['theme=dark', ours]))
    expect(headers['cache-control']).toBe('private, max-age=60')
    expect(own).not.toContain('respond')
  })

  it('is left out where the application sets that cookie itself', async () => {
    const own = 'ory_kratos_session=; Max-Age=0'
    const { fake, site } = await world.start({
      handler: (_request, response) => {
        response.setHeader('Set-Cookie', own)
        response.end()
      },
    })

    const { headers } = await get(site, { Cookie: renewing(fake) })

    expect(headers['set-cookie']).toEqual([own])
  })

  it('goes out without the headers that one kind of shared cache believes first', async () => {
    const { fake, site } = await world.start({
      options: { cacheControl: false },
      handler: (_request, response) => {
        response.setHeader('CDN-Cache-Control', 'max-age=60')
        response.setHeader('Surrogate-Control', 'max-age=60')
        response.end()
      },
    })

    const { headers } = await get(site, { Cookie: renewing(fake) })

    expect(headers).not.toHaveProperty('cdn-cache-control')
    expect(headers).not.toHaveProperty('surrogate-control')
    expect(headers['cache-control']).toBe('private')
  })
})
