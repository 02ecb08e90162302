import { describe, expect, it } from '@jest/globals'
import connect from 'connect'
import express from 'express'
import express4 from 'express4'
import request from 'supertest'
import { frameworks } from '../support/frameworks.js'
import { navigation, appUrl, returnTo, startRedirecting } from '../support/navigation.js'
import { sendRaw } from '../support/raw.js'
import type { Site } from '../support/site.js'
import type { Scene, SceneOptions } from '../support/world.js'
import { createWorld } from '../support/world.js'

const world = createWorld()
const start = async (scene?: SceneOptions): Promise<Scene> => startRedirecting(world, scene)

describe('where Ory sends the browser back to', () => {
  /** As a client asks for it, and what comes behind the origin. */
  const targets: readonly [string, string][] = [
    ['/', '/'],
    ['/a/b?c=d', '/a/b?c=d'],
    ['/%E2%82%AC?q=%20+', '/%E2%82%AC?q=%20+'],
    ['/?return_to=https://evil.example', '/?return_to=https://evil.example'],
    ['/%2Fevil.example', '/%2Fevil.example'],
    ['/%5Cevil.example', '/%5Cevil.example'],
    ['/@evil.example', '/@evil.example'],
    ['/:80@evil.example/', '/:80@evil.example/'],
    ['/.evil.example', '/.evil.example'],
    ['/javascript:alert(1)', '/javascript:alert(1)'],
    ['http://evil.example/path?q=1', '/path?q=1'],
    ['https://evil.example', '/'],
    ['http://evil.example?x', '/?x'],
  ]
  /** Those that no browser asks for: the origin alone is promised. */
  const odd = [
    '//evil.example',
    '//evil.example/%2f..',
    '///evil.example/x',
    '/\\evil.example',
    '/\\/evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/a/../..//evil.example',
    '/%2e%2e//evil.example',
    'http://app.example@evil.example//evil.example/x',
    `/${'long/'.repeat(1_600)}`,
    `/?${'%20'.repeat(3_000)}`,
  ]

  const locationFor = async (site: Site, target: string): Promise<URL> => {
    const { status, headers } = await sendRaw(site.port, target, [
      'Sec-Fetch-Dest: document',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: http',
      'Host: evil.example',
    ])
    expect(status).toBe(303)
    return new URL(headers['location'] as string)
  }

  it.each(frameworks)('is below the prefix that a proxy strips, under $name', async (framework) => {
    const { fake, site } = await start({ framework, options: { appUrl: `${appUrl}/team/` } })
    for (const [target, path] of targets) {
      const location = await locationFor(site, target)
      expect([target, returnTo(location)]).toEqual([target, `${appUrl}/team${path}`])
    }
    for (const target of odd) {
      const location = await locationFor(site, target)
      expect(location.origin).toBe(fake.url)
      expect(new URL(returnTo(location)).href.startsWith(`${appUrl}/team/`)).toBe(true)
    }
  })

  it.each(frameworks)(
    'is the whole link up to 6,000 characters, under $name',
    async (framework) => {
      const { site } = await start({ framework })
      const query = `/reports?${'filter=a%20b&'.repeat(460)}`
      const slashes = `/${'a/'.repeat(2_999)}b`
      for (const [target, path] of [
        [query, query],
        [slashes, slashes],
        [`${slashes}b`, '/'],
        [`/reports/7?${'a'.repeat(6_000)}`, '/reports/7'],
        [`/reports/7?${'%26'.repeat(1_990)}`, '/reports/7'],
        [`/reports/7?${'%C3%A4%20'.repeat(660)}`, `/reports/7?${'%C3%A4%20'.repeat(660)}`],
      ] as const) {
        const location = await locationFor(site, target)
        // A browser writes `%C3%A4` and `%20` for the letters themselves.
        expect(new URL(returnTo(location)).href).toBe(`${appUrl}${path}`)
        expect(location.href.length).toBeLessThan(8_192)
      }
    },
  )

  it.each(frameworks)('is the path that was asked for, under $name', async (framework) => {
    const { site } = await start({ framework })
    for (const [target, path] of targets) {
      const location = await locationFor(site, target)
      expect([target, returnTo(location)]).toEqual([target, `${appUrl}${path}`])
    }
  })

  it.each(frameworks)(
    "is this application's own origin in any case, under $name",
    async (framework) => {
      const { fake, site } = await start({ framework })
      for (const target of odd) {
        const location = await locationFor(site, target)
        const shown = target.slice(0, 60)
        expect([shown, location.origin]).toEqual([shown, fake.url])
        expect([...location.searchParams.keys()]).toEqual(['return_to'])
        expect([shown, new URL(returnTo(location)).origin]).toEqual([shown, appUrl])
      }
    },
  )

  it.each([
    ['Express 5', express],
    ['Express 4', express4],
  ])('is the whole path, mounted under sub-routers of %s', async (_name, make) => {
    const fake = await world.fake()
    const ory = world.instance({ url: fake.url, appUrl })
    const inner = make.Router()
    inner.use('/users', ory.requireSession({ redirectToLogin: true }))
    const outer = make.Router()
    outer.use('/admin', inner)
    const app = make()
    app.use('/app', outer)

    const reply = await request(app).get('/app/admin/users/7?x=1').set(navigation)

    expect(returnTo(reply.headers['location'])).toBe(`${appUrl}/app/admin/users/7?x=1`)
  })

  it('is the whole path, mounted below a path of Connect', async () => {
    const fake = await world.fake()
    const ory = world.instance({ url: fake.url, appUrl })
    const app = connect()
    app.use('/admin', ory.requireSession({ redirectToLogin: true }))

    const reply = await request(app).get('/admin/users?x=1').set(navigation)

    expect(returnTo(reply.headers['location'])).toBe(`${appUrl}/admin/users?x=1`)
  })
})
