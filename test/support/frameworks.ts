import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import connect from 'connect'
import express from 'express'
import express4 from 'express4'
import type { SessionMiddleware } from '../../lib/index.js'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Takes the errors that middleware hands on. */
export type ErrorHandler = (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
) => void

/** What every framework is asked to run, in this order. */
export interface Stack {
  readonly before: readonly SessionMiddleware[]
  readonly guard: SessionMiddleware
  readonly handler: Handler
  /** Default: the framework's own final handler. */
  readonly onError?: ErrorHandler | undefined
}

export interface Framework {
  readonly name: string
  /** Whether errors that nobody takes are answered by the framework itself. */
  readonly hasFinalHandler: boolean
  readonly build: (stack: Stack) => RequestListener
}

// All three share Connect's `use`.
interface App {
  use(handle: SessionMiddleware | Handler | ErrorMiddleware): unknown
}

// Four parameters are what makes it a handler of errors.
type ErrorMiddleware = (...parameters: [...Parameters<ErrorHandler>, next: unknown]) => void

function mount<A extends App>(app: A, { before, guard, handler, onError }: Stack): A {
  for (const middleware of [...before, guard, handler]) app.use(middleware)
  if (onError) {
    const takeErrors: ErrorMiddleware = (error, request, response, _next) =>
      onError(error, request, response)
    app.use(takeErrors)
  }
  return app
}

function chain({ before, guard, handler, onError }: Stack): RequestListener {
  const all: readonly SessionMiddleware[] = [...before, guard, handler]
  return (request, response) => {
    const run = (index: number): void => {
      all[index]?.(request, response, (error) => {
        if (error === undefined) run(index + 1)
        else onError?.(error, request, response)
      })
    }
    run(0)
  }
}

/** Everything the package promises to work under. */
export const frameworks: readonly Framework[] = [
  { name: 'Express 5', hasFinalHandler: true, build: (stack) => mount(express(), stack) },
  { name: 'Express 4', hasFinalHandler: true, build: (stack) => mount(express4(), stack) },
  { name: 'Connect 3', hasFinalHandler: true, build: (stack) => mount(connect(), stack) },
  { name: 'node:http', hasFinalHandler: false, build: chain },
]
