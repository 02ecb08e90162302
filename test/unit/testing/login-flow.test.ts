import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createFakeOry, type FakeOry, type SignedIn } from '../../../lib/testing/index.js'
import { ask, type RawAnswer } from './ask.js'

let ory: FakeOry
beforeEach(async () => {
  ory = await createFakeOry()
})
afterEach(() => ory.close())

interface Node {
  readonly group: string
  readonly attributes: { readonly name: string; readonly value?: string }
}
const nodesOf = ({ body }: RawAnswer) =>
  (body as { ui: { nodes: readonly Node[] | null } }).ui.nodes
const names = (answer: RawAnswer) => nodesOf(answer)?.map(({ attributes: { name } }) => name)

const json = { accept: 'application/json' }
const browserFlow = (query: string, { cookie }: Partial<SignedIn> = {}) =>
  ask(ory.url, {
    path: `/self-service/login/browser?${query}`,
    headers: { ...json, ...(cookie && { cookie }) },
  })
const apiFlow = (query: string, { token }: Partial<SignedIn> = {}) =>
  ask(ory.url, {
    path: `/self-service/login/api?${query}`,
    headers: token === undefined ? {} : { 'x-session-token': token },
  })

describe('a login flow for aal2', () => {
  it('has no method where no second factor is enrolled', async () => {
    const who = ory.signIn()
    const [browser, api] = [await browserFlow('aal=aal2', who), await apiFlow('aal=aal2', who)]

    expect([browser.status, api.status]).toEqual([200, 200])
    expect(names(browser)).toEqual(['csrf_token'])
    expect(nodesOf(api)).toBeNull()
  })

  it('has one where a second factor is enrolled', async () => {
    const who = ory.signIn({ secondFactor: true })

    expect(names(await browserFlow('aal=aal2', who))).toEqual(['csrf_token', 'totp_code', 'method'])
    expect(nodesOf(await apiFlow('aal=aal2', who))?.at(-1)).toMatchObject({
      group: 'totp',
      attributes: { name: 'method', value: 'totp' },
    })
  })

  it('needs a session first, and says so to an app in JSON whatever it accepts', async () => {
    const answer = await apiFlow('aal=aal2')

    expect(answer).toMatchObject({ status: 401, body: { error: { id: 'session_aal1_required' } } })
  })

  it('is a failure without a database', async () => {
    const who = ory.signIn()
    ory.database.stop()

    expect((await browserFlow('aal=aal2', who)).status).toBe(500)
  })
})

describe('the action of a login flow', () => {
  const submit = (flow: RawAnswer, body: string, cookie?: string) => {
    const { pathname, search } = new URL((flow.body as { ui: { action: string } }).ui.action)
    return ask(ory.url, {
      method: 'POST',
      path: pathname + search,
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(cookie && { cookie }),
      },
    })
  }

  it('goes where the flow was to lead', async () => {
    const flow = await browserFlow('return_to=http://127.0.0.1:3000/deep')
    const answer = await submit(flow, 'identifier=ada%40example.com&password=any&method=password')

    expect([answer.status, answer.header('location')]).toEqual([303, 'http://127.0.0.1:3000/deep'])
  })

  it('steps up a session that asked for it', async () => {
    const who = ory.signIn({ secondFactor: true })
    await submit(await browserFlow('aal=aal2', who), 'totp_code=123456&method=totp', who.cookie)

    expect(ory.session(who).authenticator_assurance_level).toBe('aal2')
  })

  it('is not found for a flow that the fake never started', async () => {
    const answer = await ask(ory.url, { method: 'POST', path: '/self-service/login?flow=x' })
    expect(answer.status).toBe(404)
  })
})
