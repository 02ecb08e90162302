import { expect } from '@jest/globals'
import request from 'supertest'
import type { Test } from 'supertest'
import type { SessionMiddleware, OrySessionOptions, OrySession } from '../../lib/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import type { Reply } from './denial.js'
import type { Framework } from './frameworks.js'
import { createHandClock } from './hand-clock.js'
import type { HandClock } from './hand-clock.js'
import { appUrl } from './navigation.js'
import type { Site } from './site.js'
import type { Headers, World } from './world.js'

export interface LogoutOptions {
  readonly framework?: Framework
  readonly options?: OrySessionOptions
  readonly link?: Parameters<OrySession['logout']>[0]
}

/** An application whose `/logout` logs out, and whose other routes need a session. */
export interface LogoutScene {
  readonly fake: FakeOry
  readonly ory: OrySession
  readonly site: Site
  readonly clock: HandClock
  get(headers: Headers): Test
  logOut(headers: Headers, method?: 'get' | 'post'): Test
  /** Goes where a logout has sent the browser. */
  follow(location: unknown, headers: Headers): Test
}

/** What a browser sends along with a form of the same site. */
export const form: Headers = {
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
  Accept: 'text/html',
  Origin: appUrl,
}

/** Where an answer to a form sends the browser on: by a page that goes on by itself. */
export function goesOnTo({ status, headers, text }: Reply): string {
  expect(status).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  expect(headers).not.toHaveProperty('location')
  const [, refresh] = /<meta http-equiv="refresh" content="0; url=([^"]*)">/.exec(text) ?? []
  const [, link] = /<a href="([^"]*)">/.exec(text) ?? []
  expect(link).toBe(refresh)
  return (link ?? '').replaceAll('&amp;', '&')
}

export async function startLogout(
  world: World,
  { framework, options, link }: LogoutOptions = {},
): Promise<LogoutScene> {
  const clock = createHandClock()
  const fake = await world.fake({ clock, allowedReturnUrls: [appUrl] })
  const ory = world.instance({ url: fake.url, clock, appUrl, ...options })
  const logOut = ory.logout(link)
  const route: SessionMiddleware = (incoming, response, next) =>
    incoming.url === '/logout' ? logOut(incoming, response, next) : next()
  const site = await world.site(ory.requireSession(), {
    before: [route],
    ...(framework && { framework }),
  })
  return {
    fake,
    ory,
    site,
    clock,
    get: (headers) => request(site.origin).get('/').set(headers),
    logOut: (headers, method = 'post') => request(site.origin)[method]('/logout').set(headers),
    follow(location, headers) {
      const { origin, pathname, search } = new URL(location as string)
      return request(origin)
        .get(`${pathname}${search}`)
        .set({ Accept: 'text/html', ...headers })
    },
  }
}
