import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { createOrySession } from '../../lib/index.js'
import type { OrySession } from '../../lib/index.js'
import { frameworks } from '../support/frameworks.js'
import { appUrl } from '../support/navigation.js'
import { oddTargets } from '../support/odd-target.js'
import { sendRaw } from '../support/raw.js'
import { startSite } from '../support/site.js'
import type { Site } from '../support/site.js'
import { expectHolds } from '../unit/support/runs.js'

jest.setTimeout(30_000)

const browserUrl = 'https://auth.example'
/** Bytes that a request line can hold at all. */
const targets = oddTargets.filter((target) => /^[\x21-\xff]+$/.test(target))

// Connect's own URL reader throws at some, out of the server's reach, before any middleware runs.
const robust = frameworks.filter(({ name }) => name !== 'Connect 3')

describe.each(robust)('an odd target, asked of $name', (framework) => {
  let ory: OrySession
  let site: Site
  beforeAll(async () => {
    ory = createOrySession({ url: 'http://127.0.0.1:1', browserUrl, appUrl })
    site = await startSite(framework, ory.requireSession({ redirectToLogin: true }))
  })
  afterAll(async () => {
    await Promise.all([site.close(), ory.close()])
  })

  it('sends nobody but to Ory and back', async () => {
    let redirects = 0
    await expectHolds(
      fc.asyncProperty(targets, async (target) => {
        const headers = ['Sec-Fetch-Dest: document', 'Host: evil.example']
        const reply = await sendRaw(site.port, target, headers)
        // Some are no HTTP to Node, and some no URL to the framework.
        if (reply.status === 400 || reply.status === 404) return
        expect(reply.status).toBe(303)
        redirects += 1
        const location = new URL(reply.headers['location'] as string)
        expect(location.origin).toBe(browserUrl)
        const [returnTo, ...others] = location.searchParams.getAll('return_to')
        expect(others).toEqual([])
        expect(returnTo!.startsWith(`${appUrl}/`)).toBe(true)
        expect(new URL(returnTo!).origin).toBe(appUrl)
      }),
      100,
    )
    expect(redirects).toBeGreaterThan(10)
  })
})
