import type { IncomingMessage } from 'node:http'
import type { SessionMiddleware } from 'express-ory-session'
import { buildSession } from 'express-ory-session/testing'
import { cookieHeader, responseHeaders } from '../visitor.js'
import { range, signedIn } from './subject.js'
import type { Subject } from './subject.js'

/** The floor that everything is held against. */
export const floorName = 'Map.get(headers.cookie)'

/** What the package is held against: what the least costs that a middleware can do. */
export function floors(): Subject[] {
  const sessions = new Map(range.map((visitor) => [cookieHeader(visitor), buildSession()]))
  const empty: SessionMiddleware = (_request, _response, next) => {
    next()
  }
  const map: SessionMiddleware = (request, response, next) => {
    const session = sessions.get(request.headers.cookie ?? '')
    if (session === undefined) {
      response.statusCode = 401
      response.end()
      return
    }
    ;(request as IncomingMessage & { session?: unknown }).session = session
    response.setHeader('Vary', responseHeaders.Vary)
    response.setHeader('Cache-Control', responseHeaders['Cache-Control'])
    next()
  }
  return [
    { name: 'empty middleware', call: empty, requests: signedIn, isPassing: true },
    { name: floorName, call: map, requests: signedIn, isPassing: true },
    { name: 'the same again', call: map, requests: signedIn, isPassing: true },
  ]
}
