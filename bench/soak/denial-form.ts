import type { Reply } from './client.js'
import type { Visit } from './visit.js'

/** The statuses of every code. */
const statuses: Readonly<Record<string, number>> = {
  session_missing: 401,
  session_invalid: 401,
  credential_malformed: 400,
  session_aal2_required: 403,
  session_refresh_required: 403,
  cross_site_request: 403,
  authentication_unavailable: 503,
}

const challenges: Readonly<Record<string, RegExp>> = {
  session_missing: /^Bearer realm="ory"$/,
  session_invalid: /^Bearer realm="ory", error="invalid_token"$/,
  credential_malformed: /^Bearer realm="ory", error="invalid_request"$/,
  session_aal2_required:
    /^Bearer realm="ory", error="insufficient_user_authentication", acr_values="aal2"$/,
  session_refresh_required:
    /^Bearer realm="ory", error="insufficient_user_authentication", max_age="\d+"$/,
}

/** The code of a denial, and what is wrong with the form of a reply to any caller. */
export function complaintAbout(
  { method, carried }: Visit,
  { status, headers, setCookie, text }: Reply,
): { readonly code: string | undefined; readonly complaint?: string } {
  if (text.includes('ory_st_') || text.includes('ory_kratos_session')) {
    return { code: undefined, complaint: 'a credential in the body' }
  }
  const isByCookie = carried.kind === 'session' && carried.source === 'cookie'
  if (setCookie.length > 0 && !isByCookie) {
    return { code: undefined, complaint: 'a cookie for a request that had none' }
  }
  if (status < 400) {
    return [200, 204].includes(status)
      ? { code: undefined }
      : { code: undefined, complaint: `status ${status}` }
  }
  const code = method === 'HEAD' ? codeOfHead(status, headers) : codeOf(text)
  if (code === undefined || statuses[code] !== status) {
    return { code, complaint: `status ${status} with the code ${code ?? '?'}` }
  }
  const expected: Readonly<Record<string, RegExp | undefined>> = {
    'content-type': /^application\/problem\+json$/,
    'cache-control': /^no-store$/,
    'x-content-type-options': /^nosniff$/,
    vary: /^X-Session-Token, Authorization, Cookie$/,
    'www-authenticate': challenges[code],
    'retry-after': status === 503 ? /^(?:[1-9]|[12]\d|30)$/ : undefined,
  }
  for (const [name, pattern] of Object.entries(expected)) {
    const value = headers[name]
    if (pattern === undefined ? value !== undefined : !pattern.test(value ?? '')) {
      return { code, complaint: `${name}: ${value ?? 'none'} with ${code}` }
    }
  }
  return { code }
}

function codeOf(text: string): string | undefined {
  const problem: unknown = JSON.parse(text)
  const { code, title, error } = Object(problem) as {
    code?: string
    title?: string
    error?: { id?: string }
  }
  return title !== undefined && error?.id !== undefined ? code : undefined
}

/** A reply to HEAD has no body; the header tells most of them apart. */
function codeOfHead(status: number, headers: Reply['headers']): string | undefined {
  const challenge = headers['www-authenticate'] ?? ''
  return Object.keys(statuses).find(
    (code) => statuses[code] === status && (challenges[code]?.test(challenge) ?? challenge === ''),
  )
}
