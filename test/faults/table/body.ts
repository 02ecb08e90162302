import { brotliCompressSync, gzipSync } from 'node:zlib'
import { buildSession } from '../../../lib/testing/index.js'
import { upstreamText } from '../../support/faults.js'
import type { Fault, Right } from '../fault.js'
import { writeRight } from '../network/message.js'
import type { faultNames } from '../names.js'

type Body = string | Uint8Array

/** The right answer with another body, and with a header more. */
const garbage = (change: (body: string) => Body, headers?: Right['headers']): Fault => ({
  reason: 'invalid_response',
  isWhole: true,
  answer: (socket, right) => writeRight(socket, right, headers, change),
})

/** What somebody's own traits may cause. */
const oversized = (change: (body: string) => Body): Fault => ({
  ...garbage(change),
  reason: 'oversized',
})

const served = (change: (body: string) => Body, why: string): Fault => ({
  ...garbage(change),
  reason: 'live',
  why,
})

const type = (value: string): Right['headers'] => ({ 'Content-Type': value })
const encoding = (value: string): Right['headers'] => ({ 'Content-Encoding': value })
const page = `<!DOCTYPE html><title>${upstreamText}</title>`

/** Traits as they are, and what a key named `__proto__` would make of them. */
const withProtoTraits = (body: string): string => {
  const at = body.indexOf('"traits":{') + '"traits":{'.length
  const comma = body[at] === '}' ? '' : ','
  return `${body.slice(0, at)}"__proto__":{"admin":true}${comma}${body.slice(at)}`
}

const mixUp = (headers: Right['headers'], change?: (body: string) => Body): Fault => ({
  reason: 'identity_mismatch',
  isWhole: true,
  answer: (socket, right) => writeRight(socket, right, headers, change),
})

export const body: Readonly<Record<(typeof faultNames)['body'][number], Fault>> = {
  HTML: {
    ...garbage(() => page, type('text/html; charset=utf-8')),
    reason: 'misconfigured',
  },
  'HTML that says it is JSON': garbage(() => page),
  'JSON that says it is text': garbage((right) => right, type('text/plain')),
  'JSON that says nothing': garbage((right) => right, type('')),
  empty: garbage(() => ''),
  truncated: garbage((right) => right.slice(0, -9)),
  'two values': garbage((right) => right + right),
  'byte order mark': {
    ...garbage((right) => `\ufeff${right}`),
    why: 'JSON on the wire has none (RFC 8259, 8.1), and Ory sends none: it is somebody else',
  },
  'not UTF-8': garbage((right) => Buffer.from(right.replace('"id"', '"\u00ff":1,"id"'), 'latin1')),
  'very deep': oversized((right) => {
    const deep = '{"a":'.repeat(9_000) + '1' + '}'.repeat(9_000)
    return `{"deep":${deep},${right.slice(1)}`
  }),
  'very many values': oversized((right) => `{"many":[${'0,'.repeat(20_000)}0],${right.slice(1)}`),
  null: garbage(() => 'null'),
  true: garbage(() => 'true'),
  'a number': garbage(() => '7'),
  'a text': garbage(() => JSON.stringify(upstreamText)),
  'an array': garbage((right) => `[${right}]`),
  gzip: garbage((right) => gzipSync(right), encoding('gzip')),
  br: garbage((right) => brotliCompressSync(right), encoding('br')),
  'stacked: gzip of gzip': garbage((right) => gzipSync(gzipSync(right)), encoding('gzip, gzip')),
  'says gzip and is not': garbage((right) => right, encoding('gzip')),
  '__proto__ beside the fields': served(
    (right) => `{"__proto__":{"active":false},${right.slice(1)}`,
    'JSON.parse makes a key like any other of it, which Ory does not have: it is taken out',
  ),
  '__proto__ in the traits': served(
    withProtoTraits,
    'users may edit their traits, and would lock themselves out: it is taken out',
  ),
  'fields in __proto__ alone': {
    ...garbage((right) => `{"__proto__":${right}}`),
    why: 'what is inherited is not there',
  },
  'another identity in the header': mixUp({
    'X-Kratos-Authenticated-Identity-Id': '00000000-0000-4000-8000-000000000000',
  }),
  'another identity in the body': mixUp({}, () => JSON.stringify(buildSession())),
}
