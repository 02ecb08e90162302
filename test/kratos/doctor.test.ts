import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { alice } from './cases/case.js'
import { startKratos, type KratosServer } from './database/kratos-server.js'
import { createSqlite } from './database/sqlite.js'
import { createKratos } from './kratos.js'
import { fronts } from '../doctor/fronts.js'
import { startProxy } from '../support/proxy.js'

/** How long it may take to start a Kratos and to examine it, in milliseconds. */
const takesMs = 60_000
/** The same when the tables of Kratos have to be made first. */
const firstTakesMs = 300_000
const app = 'http://127.0.0.1:4455'

interface Patient {
  readonly title: string
  /** Variables that override the configuration of Kratos. */
  readonly settings?: Readonly<Record<string, string>>
  /** The arguments of the doctor. */
  readonly ask: (kratos: KratosServer) => readonly string[] | Promise<readonly string[]>
  /** A session to try, as a variable. */
  readonly session?: (kratos: KratosServer) => Promise<Readonly<Record<string, string>>>
  /** The checks that name the trouble, in the order in which they are shown. */
  readonly names: readonly string[]
  readonly fix: RegExp
  /** Default `wrong`. */
  readonly outcome?: 'warning'
  /** Default `true`: cookies are neither Secure nor anything but SameSite=Lax. */
  readonly isDev?: boolean
}

const close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const one of close.splice(0).reverse()) await one()
})

const publicly = ({ publicUrl }: KratosServer) => ['--url', publicUrl, '--app-url', app]

/** The cookie of somebody who has a second factor, and has shown the password alone. */
async function signInAtAal1({ publicUrl, adminUrl }: KratosServer) {
  const { value } = await createKratos(publicUrl, adminUrl).signIn(alice, 'cookie', 'enrolled')
  return { ORY_SESSION_COOKIE: `ory_kratos_session=${value}` }
}

const patients: readonly Patient[] = [
  {
    title: 'required_aal is highest_available',
    settings: { SESSION_WHOAMI_REQUIRED_AAL: 'highest_available' },
    ask: publicly,
    session: signInAtAal1,
    names: ['required-aal'],
    fix: /session\.whoami\.required_aal of Kratos to aal1/,
  },
  {
    title: 'allowed_return_urls lack the application',
    settings: { SELFSERVICE_ALLOWED_RETURN_URLS: '["https://elsewhere.example"]' },
    ask: publicly,
    names: ['return-to'],
    fix: /Add http:\/\/127\.0\.0\.1:4455\/ to selfservice\.allowed_return_urls/,
  },
  {
    title: 'cookies are for another domain',
    settings: { COOKIES_DOMAIN: 'example.com' },
    ask: publicly,
    names: ['cookie'],
    fix: /session\.cookie\.domain/,
  },
  {
    title: 'the application has another host than Ory',
    settings: { SELFSERVICE_ALLOWED_RETURN_URLS: '["http://localhost:4455"]' },
    ask: ({ publicUrl }) => ['--url', publicUrl, '--app-url', 'http://localhost:4455'],
    names: ['cookie'],
    fix: /one host name for both/,
  },
  {
    title: 'the session cookie has another name',
    settings: { SESSION_COOKIE_NAME: 'sid' },
    ask: publicly,
    session: async () => ({ ORY_SESSION_COOKIE: 'sid=MTcwMDAwMDAwMHwabc==' }),
    names: ['session'],
    fix: /cookieName/,
  },
  {
    title: 'base_url is another host',
    settings: { SERVE_PUBLIC_BASE_URL: 'http://localhost:4433/' },
    ask: publicly,
    names: ['base-url'],
    fix: /serve\.public\.base_url/,
  },
  {
    title: 'the url is that of the admin port',
    ask: ({ adminUrl }) => ['--url', adminUrl],
    names: ['address'],
    fix: /public URL \(serve\.public/,
  },
  {
    title: 'the url has a path that Kratos does not have',
    settings: {},
    ask: ({ publicUrl }) => ['--url', `${publicUrl}/kratos`, '--app-url', app],
    names: ['address'],
    fix: /Set `url` to http:\/\/127\.0\.0\.1:\d+, or let the proxy/,
  },
  {
    title: 'cookies are Secure with SameSite=None, and the application speaks http',
    settings: { COOKIES_SAME_SITE: 'None' },
    isDev: false,
    ask: publicly,
    names: ['cookie'],
    fix: /start Kratos with --dev/,
    outcome: 'warning',
  },
  {
    title: 'cookies are SameSite=Strict',
    settings: {
      COOKIES_SAME_SITE: 'Strict',
      SELFSERVICE_ALLOWED_RETURN_URLS: '["https://127.0.0.1:4455"]',
    },
    isDev: false,
    ask: ({ publicUrl }) => ['--url', publicUrl, '--app-url', app.replace('http:', 'https:')],
    names: ['cookie'],
    fix: /to Lax/,
    outcome: 'warning',
  },
  {
    title: 'CORS is for another origin',
    settings: {
      SERVE_PUBLIC_CORS_ENABLED: 'true',
      SERVE_PUBLIC_CORS_ALLOWED_ORIGINS: '["https://elsewhere.example"]',
    },
    ask: publicly,
    names: [],
    fix: /^$/,
  },
  {
    title: 'sessions are cached at the edge',
    settings: { FEATURE_FLAGS_CACHEABLE_SESSIONS: 'true' },
    ask: publicly,
    names: [],
    fix: /^$/,
  },
  {
    title: 'the login is switched off for browsers: no method is enabled',
    settings: { SELFSERVICE_METHODS_PASSWORD_ENABLED: 'false' },
    ask: publicly,
    names: [],
    fix: /^$/,
  },
  {
    title: 'nothing is wrong',
    ask: publicly,
    session: signInAtAal1,
    names: [],
    fix: /^$/,
  },
]

interface Report {
  readonly status: number
  readonly checks: readonly { name: string; outcome: string; means: string; fix?: string }[]
  readonly output: string
}

/** Runs the command as it was built. */
function runDoctor(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Report> {
  const command = join(__dirname, '../../dist/esm/doctor/cli.js')
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [command, 'doctor', '--json', ...words],
      { env },
      (error, stdout, stderr) => {
        const { checks } = JSON.parse(stdout)
        resolve({ status: Number(error?.code ?? 0), checks, output: stdout + stderr })
      },
    )
  })
}

const { KRATOS_BINARY: binary } = process.env

if (!binary) {
  it('a misconfigured Kratos is left out, for want of KRATOS_BINARY', () => {
    expect(binary ?? '').toBe('')
  })
} else {
  it.each(patients)(
    'the doctor names the cause first when $title',
    async ({ settings = {}, isDev = true, ask, session, names, fix, outcome = 'wrong' }) => {
      const folder = await mkdtemp(join(tmpdir(), 'kratos-doctor-'))
      close.push(() => rm(folder, { recursive: true, force: true }))
      const dsn = await createSqlite(binary, folder)
      const kratos = await startKratos(binary, dsn, folder, { settings, isDev, hasTables: true })
      close.push(() => kratos.stop())
      const variables = (await session?.(kratos)) ?? {}

      const report = await runDoctor(await ask(kratos), variables)

      const wrong = report.checks.filter((check) => check.outcome === outcome)
      expect(wrong.map(({ name }) => name)).toEqual(names)
      expect(report.status).toBe(names.length === 0 || outcome === 'warning' ? 0 : 1)
      expect(wrong[0]?.fix ?? '').toMatch(fix)
      for (const secret of Object.values(variables)) {
        expect(report.output).not.toContain(secret.slice(secret.indexOf('=') + 1))
      }
    },
    firstTakesMs,
  )

  describe('the doctor says first what is wrong with a real Kratos', () => {
    let kratos: KratosServer
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'kratos-doctor-'))
      const dsn = await createSqlite(binary, folder)
      kratos = await startKratos(binary, dsn, folder, { hasTables: true })
    }, firstTakesMs)
    afterAll(async () => {
      await (kratos as KratosServer | undefined)?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    it.each(fronts)(
      'behind $title',
      async (front) => {
        const { first, outcome, says, status, urlOf = (url: string) => url } = front
        const proxy = await startProxy(kratos.publicUrl, front)
        close.push(() => proxy.close())
        const words = ['--url', urlOf(proxy.url), '--browser-url', kratos.publicUrl]

        const report = await runDoctor([...words, '--app-url', app], {})

        const order = ['wrong', 'unasked', 'warning']
        const [worst] = order.flatMap((one) =>
          report.checks.filter((check) => check.outcome === one),
        )
        expect(worst?.name).toBe(first)
        expect(worst?.outcome ?? 'ok').toBe(outcome)
        expect(worst === undefined ? '' : `${worst.means} ${worst.fix ?? ''}`).toMatch(says)
        expect(report.status).toBe(status)
      },
      takesMs,
    )
  })
}
