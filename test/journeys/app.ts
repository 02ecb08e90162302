import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import express from 'express'
import { createOrySession, getSession, type OrySession } from '../../lib/index.js'
import { snippets } from '../docs/snippet.js'

/** An application as one would write it, and what a test can do to it. */
export interface App {
  /** Where browsers find it, without a slash at the end. */
  readonly url: string
  /** Lets time go by for the application alone. */
  advance(ms: number): void
  /** As a new process that knows nothing yet, and has the time of day. */
  restart(): void
  close(): Promise<void>
}

export interface AppOptions {
  readonly oryUrl: string
  readonly oryBrowserUrl: string
  /** As browsers reach it, with the prefix that a proxy strips. */
  readonly appUrl: string
  readonly cookieName?: string
}

/** A server that listens before it has an application: Ory has to know its address. */
export interface Door {
  readonly port: number
  open(listener: RequestListener): void
  close(): Promise<void>
}

export async function openDoor(): Promise<Door> {
  let server: Server | undefined = createServer()
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    open: (listener) => void server?.removeAllListeners('request').on('request', listener),
    close: () =>
      new Promise((resolve) => {
        server?.close(() => resolve())
        server?.closeAllConnections()
        server = undefined
      }),
  }
}

export const maxAgeMs = 60_000

/** Puts the application behind a door. */
export function openApp(door: Door, options: AppOptions): App {
  const { oryUrl, oryBrowserUrl, appUrl, cookieName } = options
  const prefix = new URL(appUrl).pathname.replace(/\/$/, '')
  const started: OrySession[] = []
  let aheadMs = 0

  function start(): void {
    aheadMs = 0
    const ory = createOrySession({
      url: oryUrl,
      browserUrl: oryBrowserUrl,
      appUrl,
      // A machine that does other things, too, is slow.
      timeoutMs: 5_000,
      ...(cookieName && { cookieName }),
      clock: {
        now: () => Date.now() + aheadMs,
        monotonic: () => performance.now() + aheadMs,
      },
    })
    started.push(ory)
    const app = createPages(ory, prefix)
    door.open((request, response) => {
      // What a proxy does that strips a prefix.
      const { url = '/' } = request
      if (url.startsWith(prefix)) request.url = url.slice(prefix.length) || '/'
      app(request, response)
    })
  }

  start()
  return {
    url: appUrl,
    advance: (ms) => void (aheadMs += ms),
    restart: start,
    close: async () => {
      await Promise.all(started.map((ory) => ory.close()))
    },
  }
}

function createPages(ory: OrySession, prefix: string): express.Express {
  const app = express()
  const browser = { redirectToLogin: true } as const
  app.use((_req, res, next) => {
    // The strictest policy that a page with a form of its own can have.
    res.set('Content-Security-Policy', "default-src 'none'; form-action 'self'")
    next()
  })
  const show =
    (title: string): express.RequestHandler =>
    (req, res) =>
      void res.send(page(title, req.originalUrl, getSession(req), prefix))

  app.get('/', ory.optionalSession(), show('Start'))
  app.get('/bye', show('Bye'))
  app.get(/^\/private/, ory.requireSession(browser), show('Private'))
  app.get('/vault', ory.requireSession({ ...browser, aal: 'aal2' }), show('Vault'))
  app.get('/recent', ory.requireSession({ ...browser, maxAgeMs }), show('Recent'))
  app.get('/transfer', ory.requireSession({ ...browser, aal: 'aal2', maxAgeMs }), show('Transfer'))
  app.get('/api/me', ory.requireSession(), (_req, res) => res.json({ ok: true }))
  app.get('/api/vault', ory.requireSession({ aal: 'aal2' }), (_req, res) => res.json({ ok: true }))
  app.post('/notes', express.urlencoded(), ory.requireSession(), (req, res) =>
    res.send(`<h1>Kept</h1><p>${escape(String((req.body as { text?: unknown }).text))}</p>`),
  )
  app.use(['/script', '/draft'], (_req, res, next) => {
    res.set(
      'Content-Security-Policy',
      "default-src 'none'; script-src 'unsafe-inline'; connect-src 'self'",
    )
    next()
  })
  app.get('/script', (_req, res) => res.send(scriptPage(prefix)))
  app.get('/draft', (_req, res) => res.send(draftPage))
  app.post('/logout', ory.logout({ returnTo: '/bye' }))
  app.get('/logout', ory.logout({ returnTo: '/bye' }))
  return app
}

type Shown = ReturnType<typeof getSession>

function page(title: string, url: string, session: Shown, prefix: string): string {
  const email = (session?.identity.traits as { email?: string } | undefined)?.email
  const who = email === undefined ? 'Signed out' : `Signed in as ${escape(email)}`
  return `<!doctype html><html lang="en"><head><title>${title}</title></head><body>
<h1>${title}</h1><p id="who">${who}</p><p id="url">${escape(url)}</p>
<form method="post" action="${prefix}/notes"><input name="text" aria-label="Note"><button>Keep</button></form>
<form method="post" action="${prefix}/logout"><button>Sign out</button></form>
<a href="${prefix}/logout">Sign out by a link</a>
</body></html>`
}

/** The scripts of docs/redirects.md, as a reader would copy them. */
const [ask, draft] = snippets
  .filter(({ page, language }) => page === 'docs/redirects.md' && language === 'html')
  .map(({ text }) => text)
if (!ask?.includes('async function ask(') || !draft?.includes('<form')) {
  throw new Error('docs/redirects.md has no script that goes to the login, or no form that stays')
}

/** A page that lives by `fetch`: from a 401 or a 403 it goes to Ory, and comes back to the very page. */
function scriptPage(prefix: string): string {
  return `<!doctype html><html lang="en"><head><title>Script</title></head><body>
<h1>Script</h1><p id="state">Loading</p><button id="out">Sign out</button>
${ask}
<script>
const what = new URLSearchParams(location.search).get('what') ?? 'me'
ask('${prefix}/api/' + what, { headers: { accept: 'application/json' } }).then(async (answer) => {
  document.querySelector('#state').textContent = await answer.text()
})
document.querySelector('#out').addEventListener('click', async () => {
  const answer = await fetch('${prefix}/logout', { method: 'POST' })
  location.assign((await answer.json()).redirect_browser_to)
})
</script></body></html>`
}

/** A form that keeps what was typed while its user signs in again. */
const draftPage = `<!doctype html><html lang="en"><head><title>Draft</title></head><body>
<h1>Draft</h1>${ask}${draft}</body></html>`

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
