/** Why a store does not do what it is asked. */
export type StoreTrouble =
  | 'unreachable'
  | 'silent'
  | 'tls'
  | 'not_redis'
  | 'password_missing'
  | 'password_wrong'
  | 'denied'
  | 'replica'
  | 'full'
  | 'cluster'
  | 'too_old'
  | 'loading'
  | 'offline'
  | 'wrong_type'
  | 'failing'

/** Words of Redis and of the clients by which an error names its kind, the narrowest first. */
const words: readonly (readonly [RegExp, StoreTrouble])[] = [
  [/\bNOAUTH\b|HELLO must be called/, 'password_missing'],
  [
    /\bWRONGPASS\b|invalid(?: username-password| password)|AUTH.*without any password/i,
    'password_wrong',
  ],
  [/\bNOPERM\b|PermissionDenied/, 'denied'],
  [/\bREADONLY\b|\bMASTERDOWN\b/i, 'replica'],
  [/\bOOM\b|\bMISCONF\b|\bNOREPLICAS\b/, 'full'],
  [/\bMOVED\b|\bCROSSSLOT\b|\bCLUSTERDOWN\b/, 'cluster'],
  [/\bLOADING\b|\bBUSY\b/, 'loading'],
  [/\bWRONGTYPE\b/, 'wrong_type'],
  [/unknown command/i, 'too_old'],
  [/ERR_SSL|ERR_TLS|CERT|SELF_SIGNED|UNABLE_TO_|\bEPROTO\b/, 'tls'],
  [/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/, 'unreachable'],
  [/client is (?:offline|closed)|enableOfflineQueue/, 'offline'],
  [/ETIMEDOUT|Connection timeout/i, 'silent'],
  [/ECONNRESET|Socket closed|Connection is closed|protocol error|unknown type/i, 'not_redis'],
]

/** The kind of a client's error. Nothing else of it goes on: it can hold keys, values and passwords. */
export function troubleOf(error: unknown): StoreTrouble {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  const text = `${String(code)} ${String(message)}`
  return words.find(([word]) => word.test(text))?.[1] ?? 'failing'
}
