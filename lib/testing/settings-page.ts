import type { FakeAnswer } from './fake-answer.js'
import { nameOf, pathOf, sendSignedIn, type Context } from './context.js'
import type { FakeRequest } from './fake-request.js'
import { flowInactive } from './flow-error.js'
import { html } from './html.js'
import { page, seeOther, wantsJson } from './page.js'
import type { OpenSession } from './registry.js'
import { readReturnUrl } from './fake-return-url.js'
import type { Route } from './router.js'

/** `/self-service/settings`: the page at its `/browser`, where a second factor is enrolled. */
export function createSettingsPage(context: Context): {
  readonly show: Route
  readonly submit: Route
} {
  const { login, readCaller, settings } = context

  /** Without a session a browser is sent to log in, even where it is the database that is gone. */
  function begin(
    request: FakeRequest,
    isRunning: boolean,
  ): { readonly open: OpenSession; readonly returnTo: string | undefined } | FakeAnswer {
    const open = isRunning ? readCaller(request).open : undefined
    if (open === undefined) {
      if (wantsJson(request)) return inactive(request)
      const returnTo = request.query.get('return_to') ?? undefined
      return seeOther(pathOf(context, '/login/browser', { return_to: returnTo }))
    }
    const read = readReturnUrl(request, settings)
    return 'refusal' in read ? read.refusal : { open, returnTo: read.url }
  }

  function show({
    open,
    returnTo,
  }: {
    open: OpenSession
    returnTo: string | undefined
  }): FakeAnswer {
    const { identity, session } = open
    const enrol = html`<form
      method="post"
      action="${pathOf(context, '/settings', { return_to: returnTo })}"
    >
      <button>Enrol a second factor</button>
    </form>`
    const logout = pathOf(context, '/logout', { token: session.logoutToken, return_to: returnTo })
    return page(
      'Settings',
      html`<dl>
          <dt>Signed in as</dt>
          <dd>${nameOf(identity)}</dd>
          <dt>Level of this session</dt>
          <dd>${session.level}</dd>
          <dt>Second factor</dt>
          <dd>${identity.secondFactor ? 'enrolled' : 'none'}</dd>
        </dl>
        ${identity.secondFactor ? undefined : enrol}
        ${returnTo === undefined ? undefined : html`<p><a href="${returnTo}">Back</a></p>`}
        <p><a href="${logout}">Sign out</a></p>`,
    )
  }

  return {
    show(request, database) {
      const begun = begin(request, database === 'running')
      return 'status' in begun ? begun : show(begun)
    },
    submit(request, database) {
      const begun = begin(request, database === 'running')
      if ('status' in begun) return begun
      // Who enrols a factor shows it, and so the session steps up.
      const shown = login.stepUp(begun.open.session.id)
      return sendSignedIn(
        context,
        request,
        shown,
        begun.returnTo ?? pathOf(context, '/settings/browser'),
        begun.open,
      )
    },
  }
}

function inactive(request: FakeRequest): FakeAnswer {
  const answer = flowInactive(request)
  return { ...answer, body: { ...(answer.body as object), CredentialsMissing: false } }
}
