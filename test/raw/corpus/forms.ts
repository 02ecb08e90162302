import { sessionMissing } from '../../support/denial.js'
import { badRequest, request } from '../row.js'
import type { Outcome, Users, Row } from '../row.js'

const crossSite: Outcome = { status: 403, code: 'cross_site_request' }
const line = (text: string): { readonly line: string } => ({ line: text })
const byCookie = ({ a }: Users): string => `Cookie: ${a.cookie}`

const targets = [
  'http://evil.example/',
  'https://user:password@evil.example:8443/?x=1#y',
  'HTTP://app.example',
  '//evil.example/',
  '/\\evil.example',
  '/?return_to=https://evil.example',
  '/settings/../me',
  '/%00%0d%0aX-Session-Token:%20x',
  '/#/admin',
]

/** Versions, methods and targets in every form, expectations and upgrades. */
export const forms: readonly Row[] = [
  ...targets.flatMap((target): Row[] => [
    {
      name: `a session for the target ${target}`,
      bytes: (users) => request([byCookie(users)], line(`GET ${target} HTTP/1.1`)),
      replies: ['a'],
    },
    {
      name: `none for the target ${target}`,
      bytes: () => request([], line(`GET ${target} HTTP/1.1`)),
      replies: [sessionMissing],
    },
  ]),
  ...['a', '/\0', '/\xe9', '/a b', ''].map((target) => ({
    name: `the target ${JSON.stringify(target)}`,
    bytes: (users: Users) => request([byCookie(users)], line(`GET ${target} HTTP/1.1`)),
    ...badRequest,
  })),
  ...['1.2', '3.0', '1.10', 'x'].map((version) => ({
    name: `HTTP/${version}`,
    bytes: (users: Users) => request([byCookie(users)], line(`GET / HTTP/${version}`)),
    ...badRequest,
  })),
  ...['1.0', '0.9', '2.0'].map((version) => ({
    name: `HTTP/${version} without a Host`,
    bytes: (users: Users) => `GET / HTTP/${version}\r\n${byCookie(users)}\r\n\r\n`,
    replies: ['a' as const],
    isLast: true,
  })),
  {
    name: 'HTTP/1.0 without a credential',
    bytes: () => 'GET / HTTP/1.0\r\n\r\n',
    replies: [sessionMissing],
    isLast: true,
  },
  {
    name: 'a request of one line, as before HTTP/1.0',
    bytes: () => 'GET /\r\n\r\n',
    replies: [sessionMissing],
    isLast: true,
  },
  {
    name: 'HTTP/1.1 without a Host',
    bytes: (users) => `GET / HTTP/1.1\r\n${byCookie(users)}\r\n\r\n`,
    ...badRequest,
  },
  {
    name: 'two Hosts',
    bytes: (users) => request(['Host: evil.example', byCookie(users)]),
    replies: ['a'],
  },
  {
    name: 'the preface of HTTP/2',
    bytes: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    ...badRequest,
  },
  {
    name: 'HEAD with a session',
    bytes: (users) => request([byCookie(users)], line('HEAD / HTTP/1.1')),
    replies: ['a'],
    isHead: true,
  },
  {
    name: 'HEAD without one',
    bytes: () => request([], line('HEAD / HTTP/1.1')),
    replies: [sessionMissing],
    isHead: true,
  },
  ...['OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH'].flatMap((method): Row[] => [
    {
      name: `${method} with a session`,
      bytes: (users) => request([byCookie(users)], line(`${method} / HTTP/1.1`)),
      replies: ['a'],
    },
    {
      name: `${method} without one`,
      bytes: () => request([], line(`${method} / HTTP/1.1`)),
      replies: [sessionMissing],
    },
  ]),
  {
    name: 'OPTIONS of the whole server',
    bytes: () => request([], line('OPTIONS * HTTP/1.1')),
    replies: [sessionMissing],
  },
  ...['get', 'Get', 'EVIL', 'GET\t', 'GET\0'].map((method) => ({
    name: `the method ${JSON.stringify(method)}`,
    bytes: (users: Users) => request([byCookie(users)], line(`${method} / HTTP/1.1`)),
    ...badRequest,
  })),
  {
    name: 'CONNECT, which Node answers by closing',
    bytes: (users) => request([byCookie(users)], line('CONNECT evil.example:443 HTTP/1.1')),
    ...badRequest,
    replies: [],
  },
  {
    name: 'Expect: 100-continue with a session',
    bytes: ({ a }) =>
      request([`X-Session-Token: ${a.token}`, 'Expect: 100-continue', 'Content-Length: 4'], {
        ...line('POST / HTTP/1.1'),
        body: 'body',
      }),
    replies: [{ own: 100 }, 'a'],
  },
  {
    name: 'Expect: 100-continue without one',
    bytes: () =>
      request(['Expect: 100-Continue', 'Content-Length: 4'], {
        ...line('POST / HTTP/1.1'),
        body: 'body',
      }),
    replies: [{ own: 100 }, sessionMissing],
  },
  {
    name: 'another expectation',
    bytes: (users) => request([byCookie(users), 'Expect: 200-ok']),
    replies: [{ own: 417 }],
    calls: 0,
  },
  {
    name: 'an upgrade to WebSocket from the same site',
    bytes: (users) =>
      request([
        'Connection: close, Upgrade',
        'Upgrade: websocket',
        'Origin: http://app.example',
        byCookie(users),
      ]),
    replies: ['a'],
    isLast: true,
  },
  {
    name: 'an upgrade to WebSocket from another site',
    bytes: (users) =>
      request([
        'Connection: close, Upgrade',
        'Upgrade: WebSocket',
        'Origin: https://evil.example',
        byCookie(users),
      ]),
    replies: [crossSite],
    isLast: true,
  },
  {
    name: 'an upgrade to HTTP/2',
    bytes: (users) =>
      request([
        'Connection: close, Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQAAP__',
        byCookie(users),
      ]),
    replies: ['a'],
    isLast: true,
  },
]
