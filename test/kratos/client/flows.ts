import { send, type Received } from './http.js'
import type { Jar } from './jar.js'
import { totp } from './totp.js'

/** Who goes through a flow: an app by its token (none before the first login), or a browser. */
export type Caller = { readonly token?: string } | { readonly jar: Jar }

interface Flow {
  readonly ui: {
    readonly action: string
    readonly nodes: readonly {
      readonly attributes: {
        readonly id?: string
        readonly name?: string
        readonly value?: unknown
        readonly text?: { readonly text: string; readonly context?: unknown }
      }
    }[]
  }
}

/** The self-service flows of a Kratos, as far as the table needs them. */
export function createFlows(url: string) {
  async function call(caller: Caller, path: string, json?: unknown): Promise<Received> {
    const answer = await send(url, {
      method: json === undefined ? 'GET' : 'POST',
      path,
      json,
      headers: { accept: 'application/json', ...credential(caller) },
    })
    if ('jar' in caller) caller.jar.take(answer)
    if (answer.status === 200) return answer
    throw new Error(`${path}: 200 expected, ${answer.status} came: ${JSON.stringify(answer.body)}`)
  }

  async function start(caller: Caller, flow: 'login' | 'settings', query = ''): Promise<Flow> {
    const kind = 'jar' in caller ? 'browser' : 'api'
    return (await call(caller, `/self-service/${flow}/${kind}${query}`)).body as Flow
  }

  async function submit(caller: Caller, flow: Flow, fields: Record<string, unknown>) {
    const { pathname, search } = new URL(flow.ui.action)
    // The action may name a host that this side does not reach it by, so its path alone is used.
    const prefix = new URL(url).pathname.replace(/\/+$/, '')
    const path = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : pathname
    const { attributes } = flow.ui.nodes.find((n) => n.attributes.name === 'csrf_token') ?? {}
    const csrf = attributes?.value ? { csrf_token: attributes.value } : {}
    return (await call(caller, path + search, { ...csrf, ...fields })).body
  }

  return {
    async logIn(caller: Caller, identifier: string, password: string) {
      const fields = { method: 'password', identifier, password }
      const flow = await start(caller, 'login')
      return (await submit(caller, flow, fields)) as {
        session: { id: string }
        session_token?: string
      }
    },

    async changePassword(caller: Caller, password: string) {
      const flow = await start(caller, 'settings')
      await submit(caller, flow, { method: 'password', password })
    },

    async changeTraits(caller: Caller, traits: object) {
      const flow = await start(caller, 'settings')
      await submit(caller, flow, { method: 'profile', traits })
    },

    /** Sets an authenticator app up and returns its secret. */
    async enrolTotp(caller: Caller): Promise<string> {
      const flow = await start(caller, 'settings')
      const secret = text(flow, 'totp_secret_key').text
      await submit(caller, flow, { method: 'totp', totp_code: totp(secret) })
      return secret
    },

    /** Has recovery codes made and returns one of them. */
    async enrolLookupSecret(caller: Caller): Promise<string> {
      const flow = await start(caller, 'settings')
      const method = 'lookup_secret'
      const shown = await submit(caller, flow, { method, lookup_secret_regenerate: true })
      const { secrets } = text(shown as Flow, 'lookup_secret_codes').context as {
        secrets: { context: { secret: string } }[]
      }
      await submit(caller, shown as Flow, { method, lookup_secret_confirm: true })
      const [first] = secrets
      if (!first) throw new Error('Kratos made no recovery codes')
      return first.context.secret
    },

    async stepUp(caller: Caller, fields: { totp_code: string } | { lookup_secret: string }) {
      const flow = await start(caller, 'login', '?aal=aal2')
      const method = 'totp_code' in fields ? 'totp' : 'lookup_secret'
      await submit(caller, flow, { method, ...fields })
    },

    async logOut(caller: Caller) {
      if (!('jar' in caller)) {
        const json = { session_token: caller.token }
        const path = '/self-service/logout/api'
        const answer = await send(url, { method: 'DELETE', path, json })
        if (answer.status !== 204) throw new Error(`${path}: 204 expected, ${answer.status} came`)
        return
      }
      const { body } = await call(caller, '/self-service/logout/browser')
      const { logout_token: token } = body as { logout_token: string }
      const path = `/self-service/logout?token=${encodeURIComponent(token)}`
      const answer = await send(url, {
        path,
        headers: { accept: 'application/json', ...credential(caller) },
      })
      if (answer.status !== 204) throw new Error(`logout: 204 expected, ${answer.status} came`)
    },
  }
}

function credential(caller: Caller): Record<string, string> {
  if ('jar' in caller) {
    const cookie = caller.jar.header()
    return cookie ? { cookie } : {}
  }
  return caller.token ? { 'x-session-token': caller.token } : {}
}

function text(flow: Flow, id: string) {
  const found = flow.ui.nodes.find(({ attributes }) => attributes.id === id)?.attributes.text
  if (!found) throw new Error(`the settings flow of Kratos has no ${id}; is that method enabled?`)
  return found
}
