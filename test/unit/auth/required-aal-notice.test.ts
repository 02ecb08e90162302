import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, it } from '@jest/globals'
import { createRequiredAalNotice } from '../../../lib/auth/required-aal-notice.js'

it('the notice that Ory refuses aal1 sessions names the setting, once', () => {
  const messages: unknown[] = []
  const listen = (message: unknown): void => void messages.push(message)
  const note = createRequiredAalNotice(7)
  note()
  subscribe('express-ory-session:required-aal', listen)
  note()
  note()
  unsubscribe('express-ory-session:required-aal', listen)
  expect(messages).toEqual([
    { instance: 7, message: expect.stringContaining('required_aal') as unknown },
  ])
})
