import type { FakeAnswer } from './fake-answer.js'
import type { FakeRequest } from './fake-request.js'
import { seeOther } from './page.js'

type NoRoute = (request: FakeRequest) => FakeAnswer

const plain = {
  'Content-Type': 'text/plain; charset=utf-8',
  'X-Content-Type-Options': 'nosniff',
}

export const notFound: NoRoute = () => ({
  status: 404,
  headers: plain,
  body: '404 page not found\n',
})

/** The answer of a route that has other methods. */
export function methodNotAllowed(methods: readonly string[]): NoRoute {
  const headers = { Allow: [...methods].sort().join(', '), ...plain }
  return () => ({ status: 405, headers, body: 'Method Not Allowed\n' })
}

/** Where Go's router sends a target with doubled slashes or dot segments, if this is one. */
export function movedTo(target: string): NoRoute | undefined {
  const [path = '', ...query] = target.split('?')
  const clean = cleanPath(path)
  if (clean === path || path.startsWith('outside:')) return undefined
  const location = [clean, ...query].join('?')
  return ({ method }) =>
    method === 'GET' || method === 'HEAD'
      ? seeOther(location, {}, 307)
      : { status: 307, headers: { Location: location } }
}

function cleanPath(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const isFolder = /\/\.{0,2}$/.test(path)
  return `/${kept.join('/')}${isFolder && kept.length > 0 ? '/' : ''}`
}
