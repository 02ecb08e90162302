import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { send } from '../../kratos/client/http.js'
import { createFlows } from '../../kratos/client/flows.js'
import { startKratos, untilReady } from '../../kratos/database/kratos-server.js'
import { createSqlite } from '../../kratos/database/sqlite.js'
import { findPort } from '../../kratos/database/port.js'
import { newPerson, type Person, type World, type WorldOptions } from '../world.js'
import { domain, startNginx, type Nginx } from './nginx.js'
import { oryPages } from './ory-pages.js'
import { startOryUi } from './ory-ui.js'

/** The programs of the real parts. */
export interface RealParts {
  readonly kratos: string
  readonly ui: string
  /** With TLS in front of everything. */
  readonly nginx?: string | undefined
}

/** A real Kratos on SQLite with Ory's own UI, on ports of 127.0.0.1 or behind nginx with TLS. */
export async function createRealWorld(parts: RealParts, options: WorldOptions): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'journeys-'))
  /** What has been started, to be stopped in the end, or when something else does not start. */
  const running: { stop(signal: 'SIGTERM'): Promise<void> }[] = []
  const close = async (): Promise<void> => {
    await Promise.allSettled(running.map((one) => one.stop('SIGTERM')))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    return { ...(await start(parts, options, folder, running)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  parts: RealParts,
  options: WorldOptions,
  folder: string,
  running: { stop(signal: 'SIGTERM'): Promise<void> }[],
): Promise<Omit<World, 'close'>> {
  const [oryPort, adminPort, uiPort] = [await findPort(), await findPort(), await findPort()]
  const nginx = parts.nginx ? await startNginx(parts.nginx, folder, await findPort()) : undefined
  if (nginx) running.push(nginx)
  const publish: World['publish'] = (port, name) =>
    nginx?.publish(port, name) ?? Promise.resolve(`http://127.0.0.1:${port}`)
  const [oryUrl, oryBrowserUrl] = [`http://127.0.0.1:${oryPort}`, await publish(oryPort, 'ory')]
  const uiUrl = await publish(uiPort, 'ui')
  const appUrls: string[] = []
  for (const [index, port] of options.ports.entries()) {
    appUrls.push(await publish(port, options.names[index] ?? 'app'))
  }

  const settings = kratosEnvironment(options, { oryBrowserUrl, uiUrl, appUrls, nginx })
  const ports = { public: oryPort, admin: adminPort }
  const dsn = await createSqlite(parts.kratos, folder)
  const startOry = () =>
    startKratos(parts.kratos, dsn, folder, { settings, ports, hasTables: true })
  let kratos = await startOry()
  running.push({ stop: () => (kratos.resume(), kratos.stop()) })
  running.push(await startOryUi(parts.ui, uiPort, { oryUrl, oryBrowserUrl, uiUrl }))
  let isStopped = false

  return {
    pages: oryPages,
    oryUrl,
    oryBrowserUrl,
    publish,
    createPerson: (secondFactor) => createPerson(kratos.adminUrl, secondFactor),
    async changePassword({ email, password }) {
      const flows = createFlows(oryUrl)
      const { session_token: token = '' } = await flows.logIn({}, email, password)
      await flows.changePassword({ token }, `${password}-new`)
    },
    async stop() {
      await kratos.stop()
      isStopped = true
    },
    async hang() {
      kratos.pause()
      await Promise.resolve()
    },
    async start() {
      if (isStopped) kratos = await startOry()
      else kratos.resume()
      isStopped = false
      await untilReady(oryUrl)
    },
  }
}

function kratosEnvironment(
  { requiredAal }: WorldOptions,
  urls: { oryBrowserUrl: string; uiUrl: string; appUrls: string[]; nginx: Nginx | undefined },
): Record<string, string> {
  const { oryBrowserUrl, uiUrl, appUrls, nginx } = urls
  return {
    SERVE_PUBLIC_BASE_URL: `${oryBrowserUrl}/`,
    SESSION_WHOAMI_REQUIRED_AAL: requiredAal,
    SELFSERVICE_DEFAULT_BROWSER_RETURN_URL: `${appUrls[0]}/`,
    // The UI is among them for one that this package guards.
    SELFSERVICE_ALLOWED_RETURN_URLS: JSON.stringify([...appUrls, uiUrl]),
    SELFSERVICE_FLOWS_LOGIN_UI_URL: `${uiUrl}/login`,
    SELFSERVICE_FLOWS_REGISTRATION_UI_URL: `${uiUrl}/registration`,
    SELFSERVICE_FLOWS_SETTINGS_UI_URL: `${uiUrl}/settings`,
    SELFSERVICE_FLOWS_ERROR_UI_URL: `${uiUrl}/error`,
    SELFSERVICE_FLOWS_LOGOUT_AFTER_DEFAULT_BROWSER_RETURN_URL: `${appUrls[0]}/`,
    ...(nginx && { COOKIES_DOMAIN: domain, SESSION_COOKIE_DOMAIN: domain }),
  }
}

const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

async function createPerson(adminUrl: string, secondFactor?: 'enrolled'): Promise<Person> {
  const person = newPerson()
  const totpUrl = `otpauth://totp/Kratos:${person.email}?algorithm=SHA1&digits=6&issuer=Kratos&period=30&secret=${secret}`
  const json = {
    schema_id: 'person',
    traits: { email: person.email },
    credentials: {
      password: { config: { password: person.password } },
      ...(secondFactor && { totp: { config: { totp_url: totpUrl } } }),
    },
  }
  const { status, body } = await send(adminUrl, { method: 'POST', path: '/admin/identities', json })
  if (status !== 201) throw new Error(`Kratos makes no identity: ${JSON.stringify(body)}`)
  return secondFactor ? { ...person, secret } : person
}
