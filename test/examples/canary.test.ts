import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import express from 'express'
import { createOrySession } from 'express-ory-session'
import type { OrySession } from 'express-ory-session'
import { instrument } from 'express-ory-session/opentelemetry'
import request from 'supertest'
import { createAccessLog } from '../../examples/observability/access-log.js'
import { startLogging } from '../../examples/observability/logging.js'
import { readArguments } from '../../lib/doctor/arguments.js'
import { examine } from '../../lib/doctor/examine.js'
import { renderChecks } from '../../lib/doctor/render.js'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeFault, SignedIn } from '../../lib/testing/index.js'
import { expectNoSecret } from '../support/canary.js'

jest.setTimeout(120_000)

const storeSecret = 'canary-secret-of-the-store-of-32-bytes'
const names = ['decision', 'upstream', 'store', 'required-aal', 'cookie-missing', 'setup']
const events: unknown[] = []
const receive = (event: unknown): void => void events.push(event)
const lines: string[] = []
const spans = new InMemorySpanExporter()
const tracing = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })

class ReaderOnDemand extends MetricReader {
  protected async onShutdown() {}
  protected async onForceFlush() {}
}

beforeAll(() => {
  for (const name of names) subscribe(`express-ory-session:${name}`, receive)
  startLogging({ write: (line) => void lines.push(line) })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(tracing)
})
afterAll(async () => {
  for (const name of names) unsubscribe(`express-ory-session:${name}`, receive)
  await tracing.shutdown()
})

const json = { 'Content-Type': 'application/json' }

/** Every kind of fault that does not wait for a deadline, and answers that quote a credential. */
const faults: Readonly<Record<string, (secret: string) => FakeFault | undefined>> = {
  none: () => undefined,
  reset: () => 'reset',
  'reset-mid-body': () => 'reset-mid-body',
  truncated: () => 'truncated',
  empty: () => 'empty',
  html: () => 'html',
  malformed: () => 'malformed',
  oversized: () => 'oversized',
  waf: () => 'waf',
  '401-html': () => '401-html',
  inactive: () => 'inactive',
  'identity-mixup': () => 'identity-mixup',
  404: () => 404,
  429: () => 429,
  503: () => 503,
  'a redirect that quotes': (secret) => ({
    status: 302,
    headers: { Location: `/login?at=${secret}` },
  }),
  'an error that quotes': (secret) => ({
    status: 500,
    headers: json,
    body: { error: { message: secret } },
  }),
  'a header that quotes': (secret) => ({ status: 502, headers: { 'X-Echo': secret } }),
}

function secretsOf({ token, cookie, session }: SignedIn): string[] {
  const value = cookie.slice(cookie.indexOf('=') + 1)
  return [token, value, session.id, session.identity.id, 'canary-trait@example.com']
}

function startApp(ory: OrySession, accessLog: ReturnType<typeof createAccessLog>) {
  const app = express()
  app.use(accessLog.middleware)
  app.use((_request, response, next) => {
    trace.getTracer('test').startActiveSpan('GET /', (span) => {
      response.once('finish', () => span.end())
      next()
    })
  })
  app.get('/aal2', ory.requireSession({ aal: 'aal2' }), (_request, response) => void response.end())
  app.get('/', ory.requireSession(), (_request, response) => void response.end())
  return app
}

it.each(Object.keys(faults))(
  'no channel, metric, span, check or log line shows a credential: %s',
  async (kind) => {
    const fake = await createFakeOry()
    const accessLog = createAccessLog((line) => lines.push(line))
    // Its errors quote what they were given, as those of a client of Redis do.
    const quote = (...given: unknown[]): Promise<never> =>
      Promise.reject(new Error(`${JSON.stringify(given)} ${storeSecret}`))
    const store = {
      get: quote,
      set: quote,
      delete: quote,
      append: quote,
      since: quote,
      isAfter: () => true,
    }
    const ory = createOrySession({
      url: fake.url,
      onDenied: accessLog.onDenied,
      store,
      storeSecret,
    })
    const reader = new ReaderOnDemand()
    const stop = instrument(ory, {
      meter: new MeterProvider({ readers: [reader] }).getMeter('test'),
    })
    const app = startApp(ory, accessLog)
    const person = fake.signIn({ traits: { email: 'canary-trait@example.com' } })
    const fault = faults[kind]!(person.token)
    if (fault !== undefined) fake.fault(fault)
    const before = [events.length, lines.length]

    for (const path of ['/', '/aal2', '/']) {
      await request(app).get(path).set('X-Session-Token', person.token)
      await request(app).get(path).set('Cookie', person.cookie)
    }
    await ory
      .invalidate({ session: person.session.id })
      .catch((error: unknown) => events.push(error))
    const checks = await ory.check()
    for (const variables of [
      { ORY_SESSION_TOKEN: person.token },
      { ORY_SESSION_COOKIE: person.cookie },
    ]) {
      const asked = await examine(readArguments(['doctor', '--url', fake.url]), variables)
      lines.push(renderChecks(asked, { columns: 80, isColoured: true }))
    }
    const { resourceMetrics } = await reader.collect()

    expect([events.length, lines.length]).not.toEqual(before)
    expect(events).toContainEqual(expect.objectContaining({ operation: 'since', outcome: 'error' }))
    expect(spans.getFinishedSpans()).toHaveLength(6)
    const attributes = spans
      .getFinishedSpans()
      .map((span) => [span.name, span.attributes, span.events])
    expectNoSecret(
      [events, lines, attributes, resourceMetrics, checks, ory.stats()],
      [...secretsOf(person), storeSecret],
    )
    spans.reset()
    stop()
    await ory.close()
    await fake.close()
  },
)

it('an access log has the code of a denial and the reason of a fault in its lines', () => {
  const text = lines.join('\n')

  expect(text).toMatch(/^GET \/aal2 403 session_aal2_required [\d.]+ ms$/m)
  expect(text).toMatch(/^GET \/ 503 authentication_unavailable\/server_error [\d.]+ ms$/m)
  expect(text).toMatch(/^GET \/ 200 - [\d.]+ ms$/m)
  expect(text).toMatch(
    /"code":"authentication_unavailable".*"upstream":"misconfigured".*"msg":"denied"/,
  )
})
