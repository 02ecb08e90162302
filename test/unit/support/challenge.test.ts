import { describe, expect, it } from '@jest/globals'
import { parseChallenges } from '../../support/challenge.js'

const bearer = (...parameters: [string, string][]) => ({ scheme: 'Bearer', parameters })

describe('the reader of challenges', () => {
  it.each([
    ['Bearer', [bearer()]],
    ['Bearer realm="ory"', [bearer(['realm', 'ory'])]],
    ['Bearer realm=ory', [bearer(['realm', 'ory'])]],
    ['Bearer a="b" ,\tc = "d"', [bearer(['a', 'b'], ['c', 'd'])]],
    ['Bearer realm="a \\"b\\" \\\\ c, d=e"', [bearer(['realm', 'a "b" \\ c, d=e'])]],
    [
      'Bearer a="", Basic realm="x"',
      [bearer(['a', '']), { scheme: 'Basic', parameters: [['realm', 'x']] }],
    ],
    ['Negotiate YWJj==', [{ scheme: 'Negotiate', token68: 'YWJj==', parameters: [] }]],
    [
      'A, B c="d"',
      [
        { scheme: 'A', parameters: [] },
        { scheme: 'B', parameters: [['c', 'd']] },
      ],
    ],
  ])('reads %s', (text, challenges) => {
    expect(parseChallenges(text)).toEqual(challenges)
  })

  it.each([
    '',
    ' Bearer',
    'Bearer ',
    'Bearer realm="ory',
    'Bearer realm="a"b"',
    'Bearer realm="a\\"',
    'Bearer realm=a b',
    'Bearer realm="a" error="b"',
    'Bearer realm="a"; error="b"',
    'Bearer realm="a",',
    'Bearer a="b", realm=',
    'Bearer realm="\u0000"',
    'Bearer re alm="x"',
    'Bearer realm="x"\r\nX: y',
  ])('refuses %j', (text) => {
    expect(() => parseChallenges(text)).toThrow(SyntaxError)
  })
})
