import express from 'express'
import type { Exchange } from './exchange.js'

const app = express()

/**
 * Does what Express does before the first middleware. It changes the prototype of each request and
 * response, and adds members afterwards. From then on V8 has a hidden class for each of them alone: code
 * that looks at a member of theirs for the first time pays for it, each time anew.
 */
export function asExpressDoes({ request, response }: Exchange): void {
  response.setHeader('X-Powered-By', 'Express')
  Object.assign(request, { res: response })
  Object.assign(response, { req: request })
  Object.setPrototypeOf(request, app.request)
  Object.setPrototypeOf(response, app.response)
  Object.assign(response, { locals: {} })
  Object.assign(request, { next: undefined, baseUrl: '', originalUrl: request.url, params: {} })
}
