import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { createWorld } from '../support/world.js'
import type { SignedIn } from '../../lib/testing/index.js'

const world = createWorld()
const appUrl = 'https://app.example'

async function start() {
  const fake = await world.fake({ allowedReturnUrls: [appUrl] })
  const ory = world.instance({ url: fake.url, appUrl })
  /** What a browser gets to see that follows a link. */
  async function follow(link: string, person?: SignedIn): Promise<[number, string]> {
    const { origin, pathname, search } = new URL(link)
    const cookie = person ? { Cookie: person.cookie } : {}
    const sent = request(origin).get(`${pathname}${search}`)
    const { status, headers, text } = await sent.set({ Accept: 'text/html', ...cookie })
    const title = /<h1>\s*(.*?)\s*<\/h1>/s.exec(text)?.[1] ?? ''
    return [status, headers['location'] ?? title]
  }
  return { fake, ory, follow }
}

describe('a link of loginUrl', () => {
  it('leads to the login, and a user who is signed in straight back', async () => {
    const { fake, ory, follow } = await start()
    const link = ory.loginUrl({ returnTo: '/reports?tab=a&b=%2F' })

    expect(await follow(link)).toEqual([200, 'Sign in'])
    expect(await follow(link, fake.signIn())).toEqual([303, `${appUrl}/reports?tab=a&b=%2F`])
  })

  it('leads to the second factor with aal', async () => {
    const { fake, ory, follow } = await start()
    const link = ory.loginUrl({ returnTo: '/', aal: 'aal2' })

    expect(await follow(link, fake.signIn({ secondFactor: true }))).toEqual([200, 'Second factor'])
    expect(await follow(link, fake.signIn({ aal: 'aal2' }))).toEqual([303, `${appUrl}/`])
  })

  it('leads a user who is signed in to log in again with refresh', async () => {
    const { fake, ory, follow } = await start()
    const link = ory.loginUrl({ returnTo: '/', refresh: true })

    expect(await follow(link, fake.signIn())).toEqual([200, 'Confirm that it is you'])
  })

  it('is allowed by Ory, wherever it was meant to lead', async () => {
    const { fake, ory, follow } = await start()
    const returnTo = 'https://evil.example/path'

    expect(await follow(ory.loginUrl({ returnTo }), fake.signIn())).toEqual([303, `${appUrl}/path`])
  })
})

describe('a link of settingsUrl', () => {
  it('leads to the settings, by the login for a user who is not signed in', async () => {
    const { fake, ory, follow } = await start()
    const link = ory.settingsUrl({ returnTo: '/account' })

    expect(await follow(link, fake.signIn())).toEqual([200, 'Settings'])
    const [status, location] = await follow(link)
    expect(status).toBe(303)
    expect(new URL(location, fake.url).searchParams.get('return_to')).toBe(`${appUrl}/account`)
  })
})
