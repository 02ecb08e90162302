import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAdminApi, type AdminApi } from './admin-api.js'
import { createFakeCaller } from './fake-caller.js'
import { createCalls, type Calls, type RouteName } from './calls.js'
import { createCookieJar } from './cookie-jar.js'
import { createCsrfCookie } from './csrf-cookie.js'
import { createDatabase, type Database, type DatabaseState } from './database.js'
import type { Context } from './context.js'
import { readBody, readRequest } from './fake-request.js'
import { checkFault } from './fault-checks.js'
import type { Fault, FaultOptions, ScriptedFault } from './fake-fault.js'
import { createFaultScript } from './fault-script.js'
import { createLoginPage } from './login-page.js'
import { createFakeLogin, type Login } from './fake-login.js'
import { createFakeLogout } from './fake-logout.js'
import { resolveOptions, type FakeOryOptions } from './fake-options.js'
import { createRegistrationPage } from './registration-page.js'
import { createRegistry } from './registry.js'
import { createRouter } from './router.js'
import { listen } from './server.js'
import { createSettingsPage } from './settings-page.js'
import { respond } from './apply-fault.js'
import { createFakeWhoami } from './fake-whoami.js'

/** An Ory for tests: a real HTTP server, whose users and faults the test decides about. */
export interface FakeOry extends Login, AdminApi {
  /** What to give to `createOrySession({ url })`, or to `ORY_SDK_URL`. */
  readonly url: string
  /** The name of its session cookie. */
  readonly cookieName: string
  /** What it was asked. */
  readonly calls: Calls
  /** The database behind it, which can be stopped and started. */
  readonly database: Database
  /**
   * Scripts a fault. Those with `times` strike first, in the order they were scripted; after them
   * the one without, until a later one without replaces it. `'none'`, or nothing, heals the route.
   *
   * ```ts
   * ory.fault('silent')
   * ory.fault(503, { times: 2 })
   * ory.fault({ status: 404 }, { path: 'ready' })
   * ory.fault('database-flaky', { share: 0.3 })
   * ```
   *
   * @throws TypeError for a fault that does not exist, or options that make no sense
   */
  fault(fault?: Fault | 'none', options?: FaultOptions): ScriptedFault
  /** Ends every fault, and starts the database. */
  heal(): void
  /** Stops listening and destroys every connection, however it is held. May be called again. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a fake Ory on a free port of 127.0.0.1. It answers `GET /sessions/whoami`, `/health/ready`
 * and `/health/alive` as Ory Kratos v26.2 does, down to header names and the wording of errors, and
 * it logs out as Kratos does. For browsers it has pages of its own for registration, login, second
 * factor and settings, which believe whatever they are given. Close it when the tests are done, or they do not end.
 *
 * ```ts
 * const ory = await createFakeOry()
 * const { cookie, token } = ory.signIn({ traits: { email: 'ada@example.com' }, aal: 'aal2' })
 * // … start the app with ORY_SDK_URL=ory.url, and call it with one of them
 * await ory.close()
 * ```
 *
 * @throws TypeError for an option that does not exist or makes no sense; rejects when `port` is taken
 * @see https://www.ory.com/docs/reference/api#tag/frontend/operation/toSession
 */
export async function createFakeOry(options: FakeOryOptions = {}): Promise<FakeOry> {
  const settings = resolveOptions(options)
  const log = createCalls(settings.clock)
  const server = await listen({
    port: options.port ?? 0,
    onConnection: log.addConnection,
    onRequest: (message, response) => answer(message, response),
  })

  const url = `${server.url}${settings.basePath}`
  const publicUrl = (options.publicUrl ?? url).replace(/\/$/, '')
  const registry = createRegistry({ ...settings, publicUrl })
  const jar = createCookieJar()
  const readCaller = createFakeCaller(registry, jar, settings)
  const login = createFakeLogin(registry, jar, settings)
  const csrf = createCsrfCookie(publicUrl)
  const context: Context = {
    registry,
    jar,
    csrf,
    login,
    readCaller,
    settings: { ...settings, publicUrl },
  }
  const router = createRouter(
    {
      whoami: createFakeWhoami(context),
      login: createLoginPage(context),
      registration: createRegistrationPage(context),
      settings: createSettingsPage(context),
      logout: createFakeLogout(context),
    },
    csrf,
  )
  const script = createFaultScript(settings.random)
  const database = createDatabase()

  const stateUnder = (fault: Fault | undefined): DatabaseState => {
    if (fault === 'database' || !database.isRunning) return 'stopped'
    // What gets no answer of its own, such as a logout, has not happened.
    const isUnheard =
      ['number', 'object'].includes(typeof fault) || fault === 'silent' || fault === 'reset'
    if (fault === 'aal-undeterminable') return 'half-broken'
    const isBroken = fault === 'database-broken' || fault === 'database-flaky'
    return isBroken || isUnheard ? 'broken' : 'running'
  }

  // Readiness has one address; whatever else is asked, a load balancer deals out request by request.
  const replicaFor = (route: RouteName): number =>
    route === 'ready' || route === 'alive' || settings.replicas === 1
      ? 1
      : 1 + Math.floor(settings.random() * settings.replicas)

  function answer(message: IncomingMessage, response: ServerResponse): void {
    const request = readRequest(message, settings.basePath)
    const route = router.find(request)
    const replica = replicaFor(route.name)
    log.add(route.name, message, replica)
    const strike = script.next(route.name, replica)
    readBody(message, (body) => {
      const right = route.answer({ ...request, body }, stateUnder(strike?.fault))
      respond(response, right, strike, { publicUrl, now: settings.clock.now() })
    })
  }

  const close = (): Promise<void> => {
    log.close()
    return server.close()
  }

  return {
    url,
    cookieName: settings.cookieName,
    calls: log.calls,
    database,
    ...login,
    ...createAdminApi(registry, settings),
    fault(fault = 'none', faultOptions = {}) {
      checkFault(fault, faultOptions, settings.replicas)
      if (fault !== 'none') return script.add(fault, faultOptions)
      script.heal(faultOptions.path)
      return { served: 0, heal: () => undefined }
    },
    heal() {
      script.heal()
      database.start()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
