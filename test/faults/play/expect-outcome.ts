import { expect } from '@jest/globals'
import type { Session } from '../../../lib/index.js'
import { expectNoSecret } from '../../support/canary.js'
import { expectDenial, unavailable } from '../../support/denial.js'
import type { Reply } from '../../support/denial.js'
import { upstreamText } from '../../support/faults.js'
import { factsOf } from '../cell.js'
import type { Cell } from '../cell.js'
import type { Fault } from '../fault.js'
import { graceMs, timeoutMs } from './deadline.js'
import type { Outcome } from './outcome.js'
import type { Exchange } from './post.js'

/** Holds what came of a cell against the contract. */
export function expectOutcome(outcome: Outcome, cell: Cell, row: Fault): void {
  const fault = cell.kind === 'given dispatcher' ? { ...row, ...row.ifGivenDispatcher } : row
  const { users, exchanges, handled, errors, before, after, calls } = outcome
  const facts = factsOf[cell.state]
  const isServed = facts.isHit || fault.reason === 'live'
  const isAnonymous = !isServed && cell.kind === 'anonymous'
  const isDenied = !isServed && !isAnonymous

  // What the clients got, and when.
  const replies = exchanges.map(({ reply }) => reply)
  expect(replies.map((reply) => reply?.status)).toEqual(
    Array.from({ length: facts.users * facts.requestsOfEach }, () => (isDenied ? 503 : 200)),
  )
  const groups = new Map(exchanges.map((exchange) => [exchange.person, exchange]))
  for (const { reply, person } of groups.values()) {
    if (isDenied) expectUnavailable(reply, fault)
    else expectSession(reply, isAnonymous ? null : person.session)
  }
  // Those who wait for the same answer get the same.
  expect(
    new Set(exchanges.map(({ reply, person }) => `${person.token} ${reply?.text ?? ''}`)).size,
  ).toBe(groups.size)
  expectInTime(exchanges, fault.isSlow === true && !facts.isHit)
  expect(handled).toBe(isDenied ? 0 : exchanges.length)

  // What was asked: each person once, however many wait, and once more where that is sound.
  const questions = facts.users * facts.questionsOfEach
  const asked = (counts: typeof after.upstream): number => counts[fault.reason]
  expect(asked(after.upstream) - asked(before.upstream)).toBe(questions)
  expect(sum(after.upstream) - sum(before.upstream)).toBe(questions)
  const retries = fault.isRetried === true && questions > 0 ? 1 : 0
  const heard = calls.map(({ path }) => path)
  expect(heard).toEqual(
    Array.from({ length: questions * (fault.arrivals ?? 1) + retries }, () => '/sessions/whoami'),
  )

  // What is kept: nothing of a fault.
  const isLearned = fault.reason === 'live' && facts.ageMs === undefined
  expect(after.entries - before.entries).toBe(isLearned ? users.length : 0)
  expect(after).toMatchObject({ refusals: 0, inFlight: 0 })

  // What is shown: nothing of Ory's words, and nobody's credential.
  const secrets = users.map((person) => person[cell.credential])
  expect(errors.map(({ status, code }) => `${String(status)} ${code}`)).toEqual(
    (isDenied ? exchanges : []).map(() => '503 authentication_unavailable'),
  )
  expectNoSecret([replies, errors, after], [upstreamText, ...secrets])

  // What comes after: Ory is asked again, and everybody is who they are.
  expect(outcome.healed).toHaveLength(users.length)
  for (const { reply, person } of outcome.healed) expectSession(reply, person.session)
  expect(outcome.healedCalls.map(({ path }) => path)).toEqual(users.map(() => '/sessions/whoami'))
}

function expectSession(reply: Reply | undefined, session: Session | null): void {
  expect(reply?.status).toBe(200)
  expect(reply?.text).toBe(JSON.stringify({ session }))
}

function expectUnavailable(reply: Reply | undefined, { retryAfter }: Fault): void {
  if (reply === undefined) throw new Error('No answer came')
  expectDenial(reply, unavailable)
  if (retryAfter !== undefined) expect(reply.headers['retry-after']).toBe(retryAfter)
}

function expectInTime(exchanges: readonly Exchange[], isSlow: boolean): void {
  const times = exchanges.map(({ atMs }) => atMs)
  expect(Math.min(...times)).toBeGreaterThanOrEqual(isSlow ? timeoutMs : 0)
  expect(Math.max(...times)).toBeLessThanOrEqual(isSlow ? timeoutMs + graceMs : 0)
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
