import { describe, expect, it } from '@jest/globals'
import { createFindSecondFactor, secondFactorRequest } from '../../../lib/ory/find-second-factor.js'
import type { Sent, OryClient } from '../../../lib/ory/ory-client.js'
import { question } from './question.js'

const csrf = { group: 'default', attributes: { name: 'csrf_token', type: 'hidden' } }
const totp = { group: 'totp', attributes: { name: 'totp_code' } }
const flow = (nodes: unknown): unknown => ({ requested_aal: 'aal2', ui: { nodes } })

function open(status: number, body: unknown, type = 'application/json; charset=utf-8') {
  const sent: Sent[] = []
  const client: OryClient = {
    async send(message) {
      sent.push(message)
      return {
        status,
        headers: { 'content-type': type, 'set-cookie': 'csrf_token_x=y' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }
    },
    close: async () => undefined,
  }
  const find = createFindSecondFactor((asked) =>
    client.send(secondFactorRequest(asked), asked.signal),
  )
  return { sent, find: (members = {}) => find(question(members)) }
}

describe('the question whether there is a second factor', () => {
  it.each([
    ['cookie', 'ory_kratos_session=a', 'browser', 'cookie'],
    ['x-session-token', 'ory_st_a', 'api', 'x-session-token'],
    ['bearer', 'ory_st_a', 'api', 'x-session-token'],
  ] as const)('starts a login flow for aal2, by %s', async (source, value, kind, header) => {
    const { sent, find } = open(200, flow([csrf]))
    await find({ credential: { source, value } })
    expect(sent).toEqual([
      {
        method: 'GET',
        route: `/self-service/login/${kind}?aal=aal2`,
        headers: { [header]: value },
      },
    ])
  })

  it.each<[string, unknown, 'enrolled' | 'not_enrolled']>([
    ['no field but the token against CSRF', flow([csrf]), 'not_enrolled'],
    ['no node', flow([]), 'not_enrolled'],
    ['no nodes, as an app gets it', flow(null), 'not_enrolled'],
    ['a code to enter', flow([csrf, totp]), 'enrolled'],
    ['a method without a group that is known', flow([csrf, { attributes: {} }]), 'enrolled'],
    ['nodes that are none', flow([null]), 'enrolled'],
    ['nodes that are no list', flow('x'), 'enrolled'],
    ['a flow of another level', { requested_aal: 'aal1', ui: { nodes: [csrf] } }, 'enrolled'],
    ['no flow', {}, 'enrolled'],
    ['nothing', 'null', 'enrolled'],
  ])('is answered by %s: %j, %s', async (_title, body, kind) => {
    expect(await open(200, body).find()).toEqual({ kind })
  })

  it.each<[number, string]>([
    [400, 'status'],
    [401, 'status'],
    [403, 'status'],
    [404, 'misconfigured'],
    [429, 'rate_limited'],
    [303, 'misconfigured'],
    [500, 'server_error'],
  ])('has no answer by a %d', async (status, reason) => {
    await expect(open(status, { error: {} }).find()).rejects.toMatchObject({ reason })
  })

  it('has no answer by a page', async () => {
    await expect(open(200, '<html>', 'text/html').find()).rejects.toMatchObject({
      reason: 'misconfigured',
    })
  })
})
