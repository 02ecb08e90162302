import { describe, expect, it } from '@jest/globals'
import type { Credential } from '../../../lib/credential/credential.js'
import { sessionCookieLines } from '../../../lib/ory/set-cookie.js'

const cookie = (value = 'ory_kratos_session=old'): Credential => ({ source: 'cookie', value })
const line = 'ory_kratos_session=new; Path=/; HttpOnly; SameSite=Lax'
const csrf = 'csrf_token_f6=a; Path=/; HttpOnly'

describe('sessionCookieLines', () => {
  it.each<[string, string | string[] | undefined, Credential, string[]]>([
    ['none of none', undefined, cookie(), []],
    ['the line of the very cookie', line, cookie(), [line]],
    ['that line alone of several', [csrf, line], cookie(), [line]],
    [
      'both lines of two session cookies',
      [line, 'ory_session_a=b'],
      cookie('ory_session_a=1; ory_kratos_session=2'),
      [line, 'ory_session_a=b'],
    ],
    [
      'a line that removes it',
      'ory_kratos_session=; Max-Age=0',
      cookie(),
      ['ory_kratos_session=; Max-Age=0'],
    ],
    ['none of another session cookie', 'ory_session_a=b', cookie(), []],
    ['none of a cookie whose name begins alike', 'ory_kratos_session2=b', cookie(), []],
    ['none of a cookie whose name is in another case', 'Ory_Kratos_Session=b', cookie(), []],
    ['none of a cookie that has the name in its value', 'a=ory_kratos_session=b', cookie(), []],
    ['none without a name', '=b', cookie(), []],
    ['none without an equals sign', 'ory_kratos_session', cookie(), []],
    ['none that would break the header', `${line}\r\nX-Evil: 1`, cookie(), []],
    ['none beyond ASCII', 'ory_kratos_session=é', cookie(), []],
    ['none for a token', line, { source: 'x-session-token', value: 'ory_st_a' }, []],
    ['none for a Bearer token', line, { source: 'bearer', value: 'ory_kratos_session=a' }, []],
  ])('gives %s', (_title, header, credential, expected) => {
    expect(sessionCookieLines(header, credential)).toEqual(expected)
  })
})
