import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { secretsIn } from '../support/shown.js'
import { root, runExample, stopExamples } from './example.js'
import type { Example } from './example.js'

jest.setTimeout(120_000)

const folder = join(root, 'examples/observability')
let fake: FakeOry
let example: Example
let app: string
let metricsUrl: string

beforeAll(async () => {
  fake = await createFakeOry()
  example = runExample('node --import tsx examples/observability/server.ts', {
    ORY_SDK_URL: fake.url,
    METRICS_PORT: '0',
  })
  const [, origin] = await example.waitFor(/(http:\/\/127\.0\.0\.1:\d+)\/me\n/)
  const [, metrics] = await example.waitFor(/(http:\/\/127\.0\.0\.1:\d+\/metrics)\n/)
  app = origin!
  metricsUrl = metrics!
})
afterAll(async () => {
  await stopExamples()
  await fake.close()
})

const visit = async (token: string): Promise<number> =>
  (await fetch(`${app}/me`, { headers: { 'X-Session-Token': token } })).status

/** The samples of a metric by the values of its labels that are of this package. */
async function scrape(): Promise<(name: string) => Record<string, number>> {
  const text = await (await fetch(metricsUrl)).text()
  return (name) =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`^${name}\\{(.*)\\} (\\S+)$`, 'gm'))].map(
        ([, labels, value]) => [
          [...labels!.matchAll(/ory_session_\w+="(\w+)"/g)].map(([, label]) => label).join(' '),
          Number(value),
        ],
      ),
    )
}

it('a collector sees an outage of Ory as something else than a logout', async () => {
  const ada = fake.signIn({ traits: { email: 'canary@example.com' } })
  expect([await visit(ada.token), await visit(ada.token)]).toEqual([200, 200])
  fake.revoke(fake.signIn())
  expect(await visit(`ory_st_${'0'.repeat(32)}`)).toBe(401)
  const before = await scrape()
  expect(before('ory_session_decisions_total')).toEqual({
    'upstream ok': 1,
    'cache ok': 1,
    'upstream session_invalid': 1,
  })
  expect(before('ory_session_upstream_requests_total')).toMatchObject({
    live: 1,
    refused: 1,
    server_error: 0,
  })

  const outage = fake.fault(503)
  expect(await visit(`ory_st_${'1'.repeat(32)}`)).toBe(503)
  outage.heal()

  const after = await scrape()
  expect(after('ory_session_upstream_requests_total')).toMatchObject({
    refused: 1,
    server_error: 1,
  })
  await example.waitFor(/"code":"authentication_unavailable".*"upstream":"server_error"/)
  const text = await (await fetch(metricsUrl)).text()
  const secrets = [ada.token, ada.session.identity.id, ada.session.id, 'canary@example.com']
  expect(secretsIn(text + example.output(), secrets)).toEqual([])
})

/** The rules of alerts.yml, each as Prometheus would see it between two readings of its metrics. */
function firing(before: string, after: string): string[] {
  const rules = readFileSync(join(folder, 'alerts.yml'), 'utf8').split('- alert: ').slice(1)
  const increase = (term: RegExpMatchArray): number => {
    const [, name, label, operator, values = ''] = term
    const isMeant = (line: string): boolean =>
      label === undefined ||
      (operator === '=~' ? values.split('|') : [values]).some((value) =>
        line.includes(`${label}="${value}"`),
      )
    const sum = (text: string): number =>
      text
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`) && isMeant(line))
        .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0)
    return sum(after) - sum(before)
  }
  return rules.flatMap((rule) => {
    const expression = /expr:([^]*?)\n +for:/.exec(rule)![1]!
    const terms = [
      ...expression.matchAll(/rate\((\w+)(?:\{(\w+)(=~?)"([^"]*)"\})?\[\d+m\]\)/g),
    ].map(increase)
    const threshold = Number(/> ([\d.]+)/.exec(expression)![1])
    const [part = 0, whole = 1] = terms
    return part / whole > threshold ? [/^\w+/.exec(rule)![0]] : []
  })
}

describe('an alert', () => {
  const read = async () => (await fetch(metricsUrl)).text()
  let sent = 0
  const visitAll = async (count: number, make: () => string): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) await visit(make())
  }
  const unknown = (): string => `ory_st_${String((sent += 1)).padStart(32, 'A')}`

  it('that users are logged out is not the one that Ory is away', async () => {
    const before = await read()
    await visitAll(2, () => fake.signIn().token)
    await visitAll(10, () => {
      const person = fake.signIn()
      fake.revoke(person)
      return person.token
    })
    expect(firing(before, await read())).toEqual(['ManySessionsRefused'])
  })

  it('is silent on an ordinary day', async () => {
    const before = await read()
    await visitAll(10, () => fake.signIn().token)
    await visitAll(2, unknown)
    expect(firing(before, await read())).toEqual([])
  })

  it.each<[string, () => { heal(): void }, string]>([
    ['a mistake of set-up', () => fake.fault(404), 'OryIsMisconfigured'],
    [
      'a database that is down',
      () => {
        fake.database.stop()
        return { heal: () => fake.database.start() }
      },
      'OryIsAway',
    ],
    ['an outage', () => fake.fault(503), 'OryIsAway'],
  ])('tells %s from a logout', async (_title, begin, alert) => {
    // An unknown caller's 401 is held against an answer of readiness that may be one second old: without
    // this wait the tests above would have left one that says that all is well.
    await sleep(1_100)
    const before = await read()
    const trouble = begin()
    await visitAll(5, unknown)
    trouble.heal()
    expect(firing(before, await read())).toEqual([alert])
  })
})

it('each metric that a dashboard or an alert reads is there', async () => {
  const text = await (await fetch(metricsUrl)).text()
  const read = ['grafana-dashboard.json', 'alerts.yml'].map((file) =>
    readFileSync(join(folder, file), 'utf8'),
  )
  // Names stand before a selector, a range or an end; labels stand before an operator or within by ().
  const names = new Set(
    read
      .join('\n')
      .match(/\bory_session_\w+(?=\{|\[|\))(?![^(]*\) \()/g)
      ?.filter(
        (name) =>
          !/_(?:code|outcome|served_from|result|circuit|state)$/.test(name) ||
          name.endsWith('breaker_state'),
      ),
  )
  expect(names.size).toBeGreaterThan(8)
  for (const name of names) expect(text).toContain(`\n${name}{`)

  const outcomes = /ory_session_outcome=~"([^"]+)"/.exec(read[1]!)![1]!.split('|')
  for (const outcome of outcomes) expect(text).toContain(`ory_session_outcome="${outcome}"`)
})
