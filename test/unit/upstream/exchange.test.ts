import { describe, expect, it } from '@jest/globals'
import type { Dispatcher } from 'undici'
import { exchangeByDispatch } from '../../../lib/upstream/exchange.js'
import { createSignal } from '../../../lib/upstream/signal.js'

/** A dispatcher that tells when its call may begin, and what is made of the call. */
function open() {
  const { signal, abort } = createSignal()
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
