import { refuseBadNumber, refuseOthers, refuseUnknownKeys } from './fake-validators.js'

/** How a fake Ory is configured. Each option names the setting of Ory Kratos that it stands for. */
export interface FakeOryOptions {
  /**
   * `session.whoami.required_aal`. With `'highest_available'` a person who has enrolled a second
   * factor, but not used it yet, gets 403 on every whoami. Default `'aal1'`, which per-route levels
   * need; Kratos' own default is `'highest_available'`.
   */
  requiredAal?: 'aal1' | 'highest_available'
  /** `feature_flags.cacheable_sessions`: whether answers carry `Ory-Session-Cache-For`. Default `false`. */
  cacheableSessions?: boolean
  /** `feature_flags.cacheable_sessions_max_age`, in milliseconds: the cap on that header. Default none. */
  cacheableSessionsMaxAgeMs?: number
  /** `session.cookie.name`. Default `'ory_kratos_session'`; Ory Network's are `ory_session_<slug>`. */
  cookieName?: string
  /** `session.lifespan`, in milliseconds. Default 24 hours. */
  sessionLifespanMs?: number
  /** Names in `session.whoami.tokenizer.templates`, for `?tokenize_as=`. Default `['api']`. */
  tokenizerTemplates?: readonly string[]
  /** `identity.default_schema_id`. Default `'default'`. */
  schemaId?: string
  /** `serve.public.base_url`, as it appears in answers. Default the fake's own `url`. */
  publicUrl?: string
  /** Where the API begins, e.g. `'/kratos'`, as behind an ingress. Default `''`. */
  basePath?: string
  /**
   * `selfservice.allowed_return_urls`: where its pages may send a browser, by scheme, host and the
   * beginning of the path. Default, and with an empty list: any URL on loopback, and its own pages.
   */
  allowedReturnUrls?: readonly string[]
  /**
   * `selfservice.default_browser_return_url`: where its pages send a browser that brought no
   * `return_to`, and one that sends an old login form though it is signed in by now. Default the
   * first of `allowedReturnUrls`, and without one its own settings page.
   */
  defaultBrowserReturnUrl?: string | undefined
  /**
   * How many replicas serve, behind one address, on one database. Each request is dealt to one of
   * them at random, but readiness is always the first's. A fault strikes all, or a `replica`. Default 1.
   */
  replicas?: number
  /** Draws `share` and replicas, as `Math.random` does; pass a seeded one to repeat a run. */
  random?: () => number
  /** The port on 127.0.0.1. Default `0`: any that is free. */
  port?: number
  /**
   * What sessions begin and expire by, and what the header `Date` tells, in milliseconds since 1970.
   * Default `Date`, asked each time.
   */
  clock?: { now(): number }
}

/** The options with every default filled in. */
export type Settings = Required<
  Omit<FakeOryOptions, 'publicUrl' | 'port' | 'defaultBrowserReturnUrl'>
> &
  Pick<FakeOryOptions, 'defaultBrowserReturnUrl'>

const defaults: Settings = {
  requiredAal: 'aal1',
  cacheableSessions: false,
  cacheableSessionsMaxAgeMs: 0,
  cookieName: 'ory_kratos_session',
  sessionLifespanMs: 24 * 60 * 60_000,
  tokenizerTemplates: ['api'],
  schemaId: 'default',
  basePath: '',
  allowedReturnUrls: [],
  defaultBrowserReturnUrl: undefined,
  replicas: 1,
  random: () => Math.random(),
  // Not `Date` itself: a test runner's fake timers replace it later on.
  clock: { now: () => Date.now() },
}

/** Checks the options and fills in the defaults. Throws a `TypeError` that names a wrong one. */
export function resolveOptions(options: FakeOryOptions): Settings {
  const where = 'createFakeOry'
  refuseUnknownKeys(where, options, [...Object.keys(defaults), 'publicUrl', 'port'])
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const settings: Settings = { ...defaults, ...(Object.fromEntries(given) as FakeOryOptions) }
  const { requiredAal, basePath } = settings
  refuseOthers(`${where}: requiredAal`, requiredAal, ['aal1', 'highest_available'])
  if (basePath !== '' && !/^(?:\/[^/]+)+$/.test(basePath)) {
    throw new TypeError(
      `${where}: basePath is like '/kratos', without a last slash, got '${basePath}'`,
    )
  }
  for (const url of settings.allowedReturnUrls) {
    refuseNoUrl(`${where}: allowedReturnUrls are http(s) URLs`, url)
  }
  refuseNoUrl(
    `${where}: defaultBrowserReturnUrl is an http(s) URL`,
    settings.defaultBrowserReturnUrl,
  )
  const { replicas } = settings
  if (!Number.isInteger(replicas) || replicas < 1) {
    throw new TypeError(`${where}: replicas is a whole number from 1, got ${String(replicas)}`)
  }
  refuseBadNumber(`${where}: cacheableSessionsMaxAgeMs`, settings.cacheableSessionsMaxAgeMs, 0)
  refuseBadNumber(`${where}: sessionLifespanMs`, settings.sessionLifespanMs, 0)
  return settings
}

function refuseNoUrl(rule: string, url: string | undefined): void {
  if (url === undefined || (URL.canParse(url) && /^https?:/.test(url))) return
  throw new TypeError(`${rule}, got '${url}'`)
}
