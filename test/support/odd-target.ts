import fc from 'fast-check'

const pieces = [
  ...[
    '/',
    '/',
    '//',
    '///',
    '\\',
    '/\\',
    '\\/',
    '.',
    '..',
    '/..',
    '/.',
    '%2e%2e',
    '%2f',
    '%5c',
    '%',
  ],
  ...['http:', 'https:', 'http://', 'https://', 'HTTP://', 'javascript:', 'data:', '//user:pass@'],
  ...[
    'evil.example',
    'app.example',
    'app.example.evil.example',
    '127.0.0.1',
    '[::1]',
    '[',
    'localhost',
  ],
  ...[
    '@',
    ':',
    ':80',
    ':99999',
    '?',
    '#',
    '&',
    '=',
    ';',
    'return_to=https://evil.example',
    '?x=',
    '&aal=aal1',
  ],
  ...[' ', '\t', '\n', '\r', '\r\nLocation: https://evil.example', '\u0000', '\u007f', '\u00a0'],
  ...[
    'é',
    '€',
    '\u3000',
    '\uff0f',
    '\u2044',
    '\ud800',
    '\ufeff',
    '😀',
    'ａ',
    'a',
    'path',
    '"',
    "'",
    '<',
    '|',
    '^',
    '`',
    '{',
  ],
]

/** Request targets that clients send who mean no good, made of what URL readers disagree about. */
export const oddTargets: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((all) => all.join('')),
  },
  { weight: 2, arbitrary: fc.webUrl({ withFragments: true, withQueryParameters: true }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('//', '/\\', 'https://', '/'), fc.integer({ min: 2_040, max: 8_192 }))
      .map(([start, length]) => start + 'long/'.repeat(Math.ceil(length / 5)).slice(0, length)),
  },
)
