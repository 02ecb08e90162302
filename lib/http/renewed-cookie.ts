import type { ServerResponse } from 'node:http'
import { onHead } from './on-head.js'
import type { Vary } from './vary.js'

/**
 * Puts `Set-Cookie` lines of a session that Ory renewed on a response, and keeps shared caches from
 * storing it: a cache that stored it would hand the session to its next visitor (RFC 9111 §7.3).
 *
 * It is done at once, because a stand-in for a response may write no head, and again when the head is
 * written, because a handler or a proxy behind may have replaced all three headers by then.
 */
export function passCookieOn(response: ServerResponse, lines: readonly string[], vary: Vary): void {
  const putIn = (): void => {
    vary(response)
    addCookies(response, lines)
    keepPrivate(response)
  }
  putIn()
  onHead(response, putIn)
}

/** Adds to `Set-Cookie` what does not stand there yet. */
export function addCookies(response: ServerResponse, lines: readonly string[]): void {
  const present = response.getHeader('Set-Cookie')
  const listed = present === undefined ? [] : [present].flat().map(String)
  const names = new Set(listed.map(nameOf))
  // The application's own word on that cookie counts: it may have logged somebody else in.
  const added = lines.filter((line) => !names.has(nameOf(line)))
  if (added.length > 0) response.setHeader('Set-Cookie', [...listed, ...added])
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf('=')).trim()
}

// Directives of RFC 9111 §5.2.2, and quoted strings that may hold commas.
const directives = /[^\s,"=]+(?:\s*=\s*(?:"[^"]*"|[^\s,"]*))?/g
/** What lets a shared cache store a response; `private` with a list of headers keeps those alone back. */
const sharing = /^(?:public|s-maxage|private\s*=|$)/i
/** Headers for one kind of shared cache, which it believes before `Cache-Control` (RFC 9213). */
const targeted = /-cache-control$|^(?:surrogate-control|edge-control|x-accel-expires)$/i

function keepPrivate(response: ServerResponse): void {
  const present = response.getHeader('Cache-Control')
  const value = withoutSharing(present === undefined ? '' : String(present))
  if (value !== present) response.setHeader('Cache-Control', value)
  const { getHeaderNames } = response as Partial<ServerResponse>
  for (const name of getHeaderNames?.call(response) ?? []) {
    if (targeted.test(name)) response.removeHeader(name)
  }
}

/** A `Cache-Control` by which no shared cache stores the response. */
export function withoutSharing(cacheControl: string): string {
  const kept = (cacheControl.match(directives) ?? []).filter((item) => !sharing.test(item))
  const isPrivate = kept.some((item) => /^(?:private|no-store)$/i.test(item))
  return (isPrivate ? kept : ['private', ...kept]).join(', ')
}
