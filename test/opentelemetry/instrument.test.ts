import { channel } from 'node:diagnostics_channel'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { OrySession, SessionMiddleware } from '../../lib/index.js'
import { observe } from '../../lib/index.js'
import { instrument } from '../../lib/opentelemetry/index.js'
import { instanceNumberOf } from '../../lib/shared/instance-number.js'
import { codeOf, readPage, readTables } from '../docs/pages.js'
import { expectNoSecret } from '../support/canary.js'
import { byToken, createWorld, get, idle } from '../support/world.js'

const world = createWorld()
const spans = new InMemorySpanExporter()
const tracing = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })

class ReaderOnDemand extends MetricReader {
  protected async onShutdown() {}
  protected async onForceFlush() {}
}

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(tracing)
})
afterAll(() => tracing.shutdown())

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  spans.reset()
})

function measure(ory: OrySession, options = {}) {
  const reader = new ReaderOnDemand()
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test')
  stops.push(instrument(ory, { meter, ...options }))
  return async () => {
    const { resourceMetrics } = await reader.collect()
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
  }
}

type Metrics = Awaited<ReturnType<ReturnType<typeof measure>>>

/** The points of a metric by the values of their attributes. */
function points(all: Metrics, name: string): Record<string, unknown> {
  const metric = all.find(({ descriptor }) => descriptor.name === name)
  return Object.fromEntries(
    (metric?.dataPoints ?? []).map(({ attributes, value }) => [
      Object.values(attributes).join(' '),
      typeof value === 'number' ? value : (value as { count: number }).count,
    ]),
  )
}

/** Runs each request within a span, as an instrumentation of HTTP does. */
const withinSpan: SessionMiddleware = (_request, response, next) => {
  trace.getTracer('test').startActiveSpan('GET /', (span) => {
    response.once('finish', () => span.end())
    next()
  })
}

describe('the metrics', () => {
  it('count decisions, the cache and questions to Ory', async () => {
    const { fake, ory, site } = await world.start()
    const collect = measure(ory)
    const person = fake.signIn()
    await get(site, byToken(person)).expect(200)
    await get(site, byToken(person)).expect(200)
    await get(site).expect(401)
    fake.fault(503)
    await get(site, byToken(fake.signIn())).expect(503)

    const all = await collect()

    expect(points(all, 'ory_session.decisions')).toEqual({
      'upstream ok': 1,
      'cache ok': 1,
      'none session_missing': 1,
      'upstream authentication_unavailable': 1,
    })
    expect(points(all, 'ory_session.decision.duration')).toEqual({ upstream: 2, cache: 1, none: 1 })
    expect(points(all, 'ory_session.upstream.duration')).toEqual({
      'whoami live': 1,
      'whoami server_error': 1,
    })
    expect(points(all, 'ory_session.cache.requests')).toEqual({ hit: 1, miss: 2, coalesced: 0 })
    expect(points(all, 'ory_session.upstream.requests')).toMatchObject({
      live: 1,
      server_error: 1,
      timeout: 0,
      aal_too_low: 0,
    })
    expect(points(all, 'ory_session.cache.entries')).toEqual({ '': 1 })
    expect(points(all, 'ory_session.circuit_breaker.state')).toMatchObject({
      'known closed': 1,
      'known open': 0,
    })
  })

  it('have units of UCUM and seconds for durations', async () => {
    const { fake, ory, site } = await world.start()
    const collect = measure(ory)
    await get(site, byToken(fake.signIn())).expect(200)

    const units = (await collect()).map(({ descriptor }) => [descriptor.name, descriptor.unit])

    expect(Object.fromEntries(units)).toEqual({
      'ory_session.decisions': '{decision}',
      'ory_session.decision.duration': 's',
      'ory_session.upstream.duration': 's',
      'ory_session.store.lag': 's',
      'ory_session.cache.requests': '{request}',
      'ory_session.cache.refreshes': '{refresh}',
      'ory_session.upstream.requests': '{request}',
      'ory_session.cache.entries': '{session}',
      'ory_session.cache.size': 'By',
      'ory_session.upstream.active_requests': '{request}',
      'ory_session.circuit_breaker.state': '1',
    })
  })

  it('are those of one instance, and end with it', async () => {
    const [one, other] = [await world.start(), await world.start()]
    const collect = measure(one.ory, { attributes: { app: 'one' } })
    await get(other.site).expect(401)
    await get(one.site).expect(401)

    expect(points(await collect(), 'ory_session.decisions')).toEqual({
      'one none session_missing': 1,
    })
    for (const stop of stops.splice(0)) stop()
    await get(one.site).expect(401)
    expect(points(await collect(), 'ory_session.decisions')).toEqual({
      'one none session_missing': 1,
    })
  })

  it('are refused for an object that is no instance', () => {
    expect(() => instrument({} as OrySession)).toThrow(/instrument must be what createOrySession/)
  })
})

/** What each operation can come to, beside a fault. */
const answers = {
  whoami: ['live', 'refused', 'aal_too_low'],
  logout: ['ended', 'refused'],
  login: ['enrolled', 'not_enrolled'],
} as const

describe('the number of series', () => {
  it('has the bound that docs/observability.md names, whatever happens', async () => {
    const { ory } = await world.start()
    const exporter = new PrometheusExporter({ preventServerStart: true })
    const meter = new MeterProvider({ readers: [exporter] }).getMeter('test')
    stops.push(instrument(ory, { meter }))
    const stats = ory.stats()
    const faults = Object.keys(stats.upstream).filter(
      (name) => !(answers.whoami as readonly string[]).includes(name),
    )
    const say = (name: string, event: object) =>
      channel(`express-ory-session:${name}`).publish({
        instance: instanceNumberOf(ory),
        durationMs: 1,
        ...event,
      })

    for (const code of [undefined, ...Object.keys(stats.denials)]) {
      for (const servedFrom of [undefined, 'cache', 'upstream', 'stale']) {
        for (const upstream of [undefined, ...Object.keys(stats.upstream)]) {
          say('decision', { code, servedFrom, upstream, isCoalesced: true, source: 'cookie' })
        }
      }
    }
    for (const [operation, own] of Object.entries(answers)) {
      for (const outcome of [...own, ...faults]) {
        for (const isRefresh of [true, false]) say('upstream', { operation, outcome, isRefresh })
      }
    }
    const { resourceMetrics } = await exporter.collect()
    const lines = new PrometheusSerializer()
      .serialize(resourceMetrics)
      .split('\n')
      .filter((line) => line.startsWith('ory_session_'))

    const series = new Map<string, number>()
    for (const line of lines) {
      const name = /^ory_session_[a-z_]+?(?=_bucket|_sum|_count|\{)/.exec(line)![0]
      series.set(name, (series.get(name) ?? 0) + 1)
    }
    const documented = readTables(readPage('docs/observability.md'), 'Metric').map(
      ([name, , , , most]) => [
        codeOf(name)!.replaceAll('.', '_'),
        most!.split('×').reduce((product, factor) => product * Number(factor), 1),
      ],
    )
    const ofOurs = [...series].map(([name, count]) => [
      name.replace(/_total$|_seconds$|_bytes$|_ratio$/, ''),
      count,
    ])
    expect(Object.fromEntries(ofOurs)).toEqual(Object.fromEntries(documented))
    expect(readPage('docs/observability.md').text).toContain(`That is ${lines.length} series`)
  })
})

describe('the span of a request', () => {
  it('says what was decided, and who it was only when asked', async () => {
    const { fake, ory, site } = await world.start({ before: [withinSpan] })
    measure(ory)
    const person = fake.signIn()
    await get(site, byToken(person)).expect(200)

    const [span] = spans.getFinishedSpans()
    expect(span?.attributes).toEqual({
      'ory_session.code': 'ok',
      'ory_session.served_from': 'upstream',
      'ory_session.coalesced': false,
      'ory_session.source': 'x-session-token',
      'ory_session.outcome': 'live',
    })
    expectNoSecret(span?.attributes, [person.token, person.session.identity.id, person.session.id])
  })

  it('has enduser.id when asked', async () => {
    const { fake, ory, site } = await world.start({ before: [withinSpan] })
    measure(ory, { enduserId: true })
    const person = fake.signIn()
    await get(site, byToken(person)).expect(200)

    const [span] = spans.getFinishedSpans()
    expect(span?.attributes['enduser.id']).toBe(person.session.identity.id)
  })

  it('shows a wait for the question of another request', async () => {
    const { fake, ory, site } = await world.start({ before: [withinSpan] })
    measure(ory)
    const person = fake.signIn()
    const held = fake.fault('held', { times: 1 })
    const both = [1, 2].map(() => get(site, byToken(person)).then(() => undefined))
    await site.arrived(2)
    held.heal()
    await Promise.all(both)

    const waits = spans
      .getFinishedSpans()
      .map(({ attributes }) => attributes['ory_session.coalesced'])
    expect(waits.sort()).toEqual([false, true])
  })

  it('is no parent of a refresh in the background', async () => {
    const { fake, ory, site, clock } = await world.start({ before: [withinSpan] })
    const parents: [isRefresh: boolean, hasParent: boolean][] = []
    stops.push(
      observe('upstream', ({ isRefresh }) => {
        parents.push([isRefresh, trace.getActiveSpan() !== undefined])
      }),
    )
    const person = fake.signIn()
    await get(site, byToken(person)).expect(200)
    clock.advance(8_500)
    await get(site, byToken(person)).expect(200)
    await idle(ory)

    expect(parents).toEqual([
      [false, true],
      [true, false],
    ])
  })
})
