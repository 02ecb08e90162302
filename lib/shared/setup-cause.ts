/** Why Ory can't be reached although nothing is down: a mistake of set-up, which waiting does not mend. */
export type SetupCause =
  | 'certificate_untrusted'
  | 'certificate_expired'
  | 'certificate_name'
  | 'certificate_refused'
  | 'http_to_tls_port'
  | 'tls_to_http_port'
  | 'name_not_found'
  | 'redirect'
  | 'route_not_found'
  | 'html'
  | 'dispatcher'

/** What a cause means, and how to mend it. */
export interface SetupAdvice {
  readonly means: string
  readonly fix: string
}

export const setupAdvice: Readonly<Record<SetupCause, SetupAdvice>> = {
  certificate_untrusted: {
    means: 'Node does not trust the certificate of Ory, such as a self-signed one.',
    fix: 'Set NODE_EXTRA_CA_CERTS to the file of the certificate authority that signed it, before the process starts; or pass `dispatcher: new Pool(origin, { connect: { ca } })` of undici 7.',
  },
  certificate_expired: {
    means: 'The certificate of Ory is outside of its dates, by the clock of this machine.',
    fix: 'Renew the certificate, or set the clock of this machine right.',
  },
  certificate_name: {
    means: 'The certificate is for another host name than the one in `url`.',
    fix: 'Use a host name in `url` that the certificate has, or issue one for this name.',
  },
  certificate_refused: {
    means: 'The TLS handshake with Ory fails.',
    fix: 'Compare the TLS versions of both sides. If Ory asks for a client certificate, pass `dispatcher: new Pool(origin, { connect: { cert, key } })` of undici 7.',
  },
  http_to_tls_port: {
    means: '`url` says http, and this port speaks TLS.',
    fix: 'Write https:// in `url`.',
  },
  tls_to_http_port: {
    means: '`url` says https, and this port speaks plain HTTP.',
    fix: 'Write http:// in `url`, or the port that speaks TLS.',
  },
  name_not_found: {
    means: 'The name service knows no such host.',
    fix: 'Compare the host in `url` with the one in the Ory Console, or with the name of the service in your network.',
  },
  redirect: {
    means:
      'This address redirects, and Ory does not redirect this question. It is the admin port of Kratos, an ingress that moves http to https, or a login page in front.',
    fix: "Set `url` to the Ory project URL or to Kratos' public URL (port 4433 by default), with the scheme that it answers on.",
  },
  route_not_found: {
    means: 'A server answers here, and it has no such route: it is not the public API of Ory.',
    fix: "Set `url` to the Ory project URL or to Kratos' public URL (port 4433 by default), with the path prefix under which a proxy serves it, and without /sessions/whoami.",
  },
  html: {
    means:
      'A page of HTML came where Ory sends JSON: a login page, a single-page application or an ingress stands at this address.',
    fix: "Set `url` to the Ory project URL or to Kratos' public URL (port 4433 by default), not to a user interface, and let nothing in front ask for a login.",
  },
  dispatcher: {
    means: 'The option `dispatcher` is of a version of undici that this package does not speak.',
    fix: 'Make the dispatcher with undici 7, which is the version that this package depends on.',
  },
}

const untrusted =
  /SELF_SIGNED|^UNABLE_TO_(?:VERIFY|GET)|^CERT_(?:UNTRUSTED|CHAIN_TOO_LONG)|INVALID_CA/
const plainAnswer = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST|^EPROTO$/

/** The mistake of set-up that an error's code tells of, if it does. */
export function causeOfCode(code: string): SetupCause | undefined {
  if (code === 'ENOTFOUND') return 'name_not_found'
  if (untrusted.test(code)) return 'certificate_untrusted'
  if (/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/.test(code)) return 'certificate_expired'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'certificate_name'
  if (plainAnswer.test(code)) return 'tls_to_http_port'
  if (/^ERR_SSL_|^ERR_TLS_|^CERT_|^HOSTNAME_MISMATCH$/.test(code)) return 'certificate_refused'
  // undici refuses a handler of another version by this code.
  if (code === 'UND_ERR_INVALID_ARG') return 'dispatcher'
  return undefined
}

/** What of an answer tells of such a mistake. */
export interface SetupEvidence {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** The mistake of set-up that an answer tells of, if it does. */
export function causeOfAnswer({ status, headers, body }: SetupEvidence): SetupCause | undefined {
  if (status >= 300 && status < 400 && status !== 304) return 'redirect'
  // Go's and nginx's words for it.
  if (status === 400 && /HTTP request (?:to an|was sent to) HTTPS/i.test(body)) {
    return 'http_to_tls_port'
  }
  const isHtml = String(headers['content-type']).toLowerCase().startsWith('text/html')
  if (isHtml && (status === 200 || status === 401)) return 'html'
  return status === 404 || status === 405 ? 'route_not_found' : undefined
}
