import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { send } from '../client/http.js'
import { findPort } from './port.js'
import { runProgram, startProgram } from './program.js'

/** A Kratos that runs on a database. */
export interface KratosServer {
  readonly publicUrl: string
  readonly adminUrl: string
  stop(): Promise<void>
  /** Has it accept connections and answer nothing, until `resume`. */
  pause(): void
  resume(): void
}

export interface KratosOptions {
  /** Files that override its configuration. */
  readonly moreConfiguration?: readonly string[]
  /** Environment variables that set Kratos up, beside kratos.yml. */
  readonly settings?: Readonly<Record<string, string>>
  /** Whether the database has Kratos' tables already. Default `false`: they are made. */
  readonly hasTables?: boolean
  /** Whether it runs with --dev, in which its cookies are not Secure. Default `true`. */
  readonly isDev?: boolean
  /** Default free ones. */
  readonly ports?: { readonly public: number; readonly admin: number }
}

const configuration = join(dirname(__dirname), 'kratos.yml')
const schema = join(dirname(__dirname), 'identity.schema.json')

/**
 * Makes Kratos' tables in an empty database, and starts a Kratos on it. `settings` are variables that
 * override its configuration, and `moreConfiguration` files that do.
 */
export async function startKratos(
  binary: string,
  dsn: string,
  folder: string,
  {
    settings = {},
    moreConfiguration = [],
    ports,
    hasTables = false,
    isDev = true,
  }: KratosOptions = {},
): Promise<KratosServer> {
  const publicPort = ports?.public ?? (await findPort())
  const adminPort = ports?.admin ?? (await findPort())
  const publicUrl = `http://127.0.0.1:${publicPort}`
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const env = {
    DSN: dsn,
    HOME: folder,
    IDENTITY_SCHEMAS: JSON.stringify([{ id: 'person', url: `file://${schema}` }]),
    SERVE_PUBLIC_HOST: '127.0.0.1',
    SERVE_PUBLIC_PORT: String(publicPort),
    SERVE_PUBLIC_BASE_URL: `${publicUrl}/`,
    SERVE_ADMIN_HOST: '127.0.0.1',
    SERVE_ADMIN_PORT: String(adminPort),
    SERVE_ADMIN_BASE_URL: `${adminUrl}/`,
    ...settings,
  }
  const options = { cwd: folder, env }
  const config = [configuration, ...moreConfiguration].flatMap((path) => ['--config', path])
  if (!hasTables) {
    const migrate = ['migrate', 'sql', 'up', '--read-from-env', '--yes', ...config]
    await runProgram(binary, migrate, options)
  }
  const server = startProgram(
    binary,
    ['serve', ...(isDev ? ['--dev'] : []), '--sqa-opt-out', ...config],
    options,
  )
  const stop = (): Promise<void> => server.stop('SIGTERM')
  try {
    await Promise.race([server.ended, untilReady(publicUrl), untilReady(adminUrl)])
    await untilReady(publicUrl)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    publicUrl,
    adminUrl,
    stop,
    pause: () => server.send('SIGSTOP'),
    resume: () => server.send('SIGCONT'),
  }
}

/** Resolves when its readiness is well. Rejects when that takes too long. */
export async function untilReady(url: string): Promise<void> {
  let seen = 'no answer'
  for (let attempt = 0; attempt < 200; attempt += 1) {
    seen = await send(url, { path: '/health/ready' }).then(
      ({ status }) => String(status),
      () => 'no answer',
    )
    if (seen === '200') return
    await delay(100)
  }
  throw new Error(`Kratos is not ready, but says: ${seen}`)
}
