import { describe, expect, it } from '@jest/globals'
import type { Dispatcher } from 'undici'
import { exchangeByDispatch, exchangeByRequest } from '../../../lib/ory/undici-exchange.js'
import { createLeanAbortSignal } from '../../../lib/shared/lean-abort-signal.js'

/** A dispatcher that tells when its call may begin, and what is made of the call. */
function open() {
  const { signal, abort } = createLeanAbortSignal()
  const aborted: Error[] = []
  let start: (() => void) | undefined
  const dispatcher = {
    dispatch(_options: unknown, handler: Dispatcher.DispatchHandler) {
      const controller = {
        abort(reason: Error) {
          aborted.push(reason)
          handler.onResponseError?.(controller as never, reason)
        },
      }
      start = () => handler.onRequestStart?.(controller as never, undefined)
      return true
    },
  } as unknown as Dispatcher
  const reply = exchangeByDispatch(dispatcher, { path: '/', method: 'GET' }, signal)
  return { reply, abort, aborted, begin: () => start?.() }
}

const late = new Error('late')

describe('exchangeByDispatch', () => {
  it('gives a call up whose time is over', async () => {
    const { reply, abort, aborted, begin } = open()
    begin()
    expect(aborted).toEqual([])
    abort(late)
    await expect(reply).rejects.toBe(late)
    expect(aborted).toEqual([late])
  })

  it('gives a call up whose time was over before it could begin', async () => {
    const { reply, abort, aborted, begin } = open()
    abort(late)
    begin()
    await expect(reply).rejects.toBe(late)
    expect(aborted).toEqual([late])
  })
})

describe('exchangeByRequest', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['begins no answer', () => new Promise(() => undefined)],
    ['ends no answer', () => Promise.resolve({ statusCode: 200, headers: {}, body: silence() })],
  ])(
    'waits past its time for no dispatcher that obeys no signal and %s',
    async (_what, request) => {
      const { signal, abort } = createLeanAbortSignal()
      const dispatcher = { request } as unknown as Dispatcher
      const reply = exchangeByRequest(dispatcher, { path: '/', method: 'GET' }, signal)
      abort(late)
      await expect(reply).rejects.toBe(late)
    },
  )

  it('begins nothing once its time is over', async () => {
    const { signal, abort } = createLeanAbortSignal()
    abort(late)
    const seen: unknown[] = []
    const dispatcher = { request: (...all: unknown[]) => seen.push(all) } as unknown as Dispatcher
    const reply = exchangeByRequest(dispatcher, { path: '/', method: 'GET' }, signal)
    await expect(reply).rejects.toBe(late)
    expect(seen).toEqual([])
  })
})

/** A body of which nothing comes. */
async function* silence(): AsyncGenerator<Buffer> {
  await new Promise(() => undefined)
  yield Buffer.of()
}
