import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildSession } from 'express-ory-session/testing'

export interface StubOryOptions {
  /** How long an answer takes, in milliseconds. Default 0: at once. */
  readonly delayMs?: number
  /** How many sessions there are, before a credential gets one that another has. Default 2,000. */
  readonly sessions?: number
  /**
   * Whether it remembers each credential, to count calls and to give no two the same session while
   * there are enough. Hundreds of thousands of them would slow it down; without, `count()` knows of
   * readiness alone, and two credentials may have one session at any time. Default true.
   */
  readonly isCounting?: boolean
}

/** How often whoami was asked, and about whom. */
export interface CallCount {
  readonly total: number
  /** How many credentials it was asked about. */
  readonly distinct: number
  /** How often it was asked about the one it was asked about most. */
  readonly most: number
  /** How often readiness was asked. */
  readonly readiness: number
}

/** An Ory that costs next to nothing, so that what is measured is who asks it. */
export interface StubOry {
  readonly url: string
  count(): CallCount
  close(): Promise<void>
}

/** What a credential contains that the stub refuses; no base64 does by chance. */
export const madeUp = '.made-up.'

const refusal = JSON.stringify({
  error: {
    code: 401,
    status: 'Unauthorized',
    reason: 'No valid session credentials found in the request.',
    message: 'The request could not be authorized',
  },
})

/** Starts a stub of Ory on a free port of 127.0.0.1. */
export async function startStubOry(options: StubOryOptions = {}): Promise<StubOry> {
  const { delayMs = 0, sessions = 2_000, isCounting = true } = options
  // All made before the first call, which then costs nothing but sending them.
  const answers = Array.from({ length: sessions }, makeAnswer)
  const known = new Map<string, { readonly number: number; calls: number }>()
  let readiness = 0

  function numberOf(credential: string): number {
    const visitor = known.get(credential) ?? { number: known.size, calls: 0 }
    known.set(credential, visitor)
    visitor.calls += 1
    return visitor.number
  }

  const server = createServer((request, response) => {
    if (request.url !== '/sessions/whoami') {
      readiness += 1
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":"ok"}')
      return
    }
    const credential = request.headers.cookie ?? String(request.headers['x-session-token'])
    const number = isCounting ? numberOf(credential) : hashOf(credential)
    const answer = (): void => {
      if (credential.includes(madeUp)) {
        response.writeHead(401, { 'Content-Type': 'application/json' }).end(refusal)
        return
      }
      const { headers, body } = answers[number % sessions]!
      response.writeHead(200, headers).end(body)
    }
    if (delayMs === 0) answer()
    else void sleep(delayMs).then(answer)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    count() {
      const calls = [...known.values()].map((visitor) => visitor.calls)
      return {
        total: calls.reduce((sum, count) => sum + count, 0),
        distinct: calls.length,
        most: calls.reduce((most, count) => Math.max(most, count), 0),
        readiness,
      }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A number that is the same for the same credential, and seldom for another. */
function hashOf(credential: string): number {
  let hash = 0
  for (let index = credential.length - 64; index < credential.length; index += 1) {
    hash = (hash * 31 + credential.charCodeAt(index)) >>> 0
  }
  return hash
}

function makeAnswer(): { headers: Record<string, string | number>; body: Buffer } {
  const session = buildSession()
  const body = Buffer.from(JSON.stringify(session))
  return {
    body,
    headers: {
      'Cache-Control': 'private, no-cache, no-store, must-revalidate',
      'Content-Type': 'application/json; charset=utf-8',
      Vary: 'Cookie',
      'X-Kratos-Authenticated-Identity-Id': session.identity.id,
      'Content-Length': body.length,
    },
  }
}
