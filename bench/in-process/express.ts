import express from 'express'
import type { Exchange } from './exchange.js'

const app = express()

/**
 * Does what Express does before the first middleware. It changes the prototype of each request and
 * response, after which the engine knows none of them from an earlier one: code that looks at a member
 * of theirs for the first time pays for it, each time anew.
 */
export function asExpressDoes({ request, response }: Exchange): void {
  Object.assign(request, { res: response, next: undefined })
  Object.assign(response, { req: request })
  Object.setPrototypeOf(request, app.request)
  Object.setPrototypeOf(response, app.response)
  response.setHeader('X-Powered-By', 'Express')
}
