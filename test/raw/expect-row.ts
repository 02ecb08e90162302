import { expect } from '@jest/globals'
import { expectDenial, sessionMissing } from '../support/denial.js'
import type { Reply } from '../support/denial.js'
import { openConnection } from './connection.js'
import { request } from './row.js'
import type { Outcome, Users, Row } from './row.js'
import type { SharedScene } from './scene.js'

/** All that may go upstream. */
const upstreamHeaders = new Set([
  ...['host', 'connection', 'accept', 'accept-encoding', 'cookie', 'x-session-token'],
])

/** Sends the bytes of a row, and holds against it all that came of them, on both sides. */
export async function expectRow({ fake, site }: SharedScene, row: Row): Promise<void> {
  const { isLast = false, isHead = false } = row
  const users = { a: fake.signIn(), b: fake.signIn(), c: fake.signIn() }
  const before = { handled: site.handled, visits: site.visits.length }
  fake.calls.reset()
  const connection = openConnection(site.port, isHead)
  // What is left on the connection must not be taken for more of the request before.
  const end = request(['Connection: close'], { line: `${isHead ? 'HEAD' : 'GET'} / HTTP/1.1` })

  connection.write(`${row.bytes(users)}${isLast ? '' : end}`)
  const replies = await connection.closed()

  const outcomes = [...row.replies, ...(isLast ? [] : [sessionMissing])]
  expect(replies.map(({ status }) => status)).toEqual(outcomes.map(statusOf))
  for (const [index, reply] of replies.entries()) {
    expectOutcome(reply, outcomes[index]!, users, isHead)
  }
  const names = row.replies.filter((outcome) => typeof outcome === 'string')
  expect(site.handled - before.handled).toBe(names.length)
  expect(site.errors).toEqual([])
  expect(fake.calls.whoami).toBe(row.calls ?? names.length)
  const ours = outcomes.filter((outcome) => typeof outcome === 'string' || 'code' in outcome)
  expect(site.visits.length - before.visits).toBe(row.visits ?? ours.length)
  for (const { headers } of fake.calls) {
    expect(Object.keys(headers).filter((name) => !upstreamHeaders.has(name))).toEqual([])
  }
}

function expectOutcome(reply: Reply, outcome: Outcome, users: Users, isHead: boolean): void {
  if (typeof outcome === 'string') {
    const { id, identity } = users[outcome].session
    const session = { id, identity: { id: identity.id } }
    if (!isHead) expect(JSON.parse(reply.text)).toMatchObject({ session })
  } else if ('own' in outcome) {
    expect(reply.headers).not.toHaveProperty('www-authenticate')
  } else if (isHead) {
    expect(reply.headers['www-authenticate']).toBe(outcome.challenge)
    expect(Number(reply.headers['content-length'])).toBeGreaterThan(0)
  } else {
    expectDenial(reply, outcome)
  }
}

function statusOf(outcome: Outcome): number {
  if (typeof outcome === 'string') return 200
  return 'own' in outcome ? outcome.own : outcome.status
}
