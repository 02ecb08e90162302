import type { FakeAnswer } from './answer.js'
import { defaultReturn, nameOf, pathOf, sendSignedIn, type Desk } from './desk.js'
import type { FakeRequest } from './fake-request.js'
import { flowError, flowFailure } from './flow-error.js'
import { html, type Html } from './html.js'
import type { IdentityRecord } from './identities.js'
import { page, seeOther, wantsJson } from './page.js'
import { lacksFactor, type OpenSession } from './registry.js'
import { readReturnUrl } from './return-url.js'
import type { Route } from './routes.js'
import { secondFactorPage } from './second-factor-page.js'

/** What a browser has come for. */
interface Errand {
  readonly aal: 'aal1' | 'aal2'
  readonly isRefresh: boolean
  readonly returnTo: string | undefined
  readonly open: OpenSession | undefined
}

const mostPeople = 20

/** `/self-service/login`: the page at its `/browser`, and what the forms on it send. */
export function createLoginPage(desk: Desk): { readonly show: Route; readonly submit: Route } {
  const { registry, login } = desk

  /** Kratos' checks, in its order. The query is the same for a page and for the forms on it. */
  function begin(request: FakeRequest, isRunning: boolean): Errand | FakeAnswer {
    if (!isRunning) return flowFailure(request)
    const { url: returnTo, refusal } = { refusal: undefined, ...readReturnUrl(request, desk.settings) }
    if (refusal !== undefined) return refusal
    const aal = request.query.get('aal') || 'aal1'
    if (aal !== 'aal1' && aal !== 'aal2') return unknownLevel(request, aal)
    const { open } = desk.readCaller(request)
    const isRefresh = request.query.get('refresh') === 'true'
    if (open === undefined) {
      return aal === 'aal1' ? { aal, isRefresh: false, returnTo, open } : sessionRequired(request)
    }
    if (isRefresh || aal > open.session.level) return { aal, isRefresh, returnTo, open }
    return wantsJson(request)
      ? alreadyAvailable(request)
      : seeOther(returnTo ?? defaultReturn(desk))
  }

  /** The route of the forms, which carries on what the page was asked. */
  function action({ aal, isRefresh, returnTo }: Errand): string {
    const refresh = isRefresh ? 'true' : undefined
    return pathOf(desk, '/login', { aal, refresh, return_to: returnTo })
  }

  /** Whom the form names: somebody on the page, or whoever has that address, known or not. */
  function signIn(form: URLSearchParams): { identityId: string } | { traits: object } {
    const id = form.get('identity') ?? ''
    const email = (form.get('email') ?? '').trim()
    const found =
      registry.identity(id) ?? registry.identities().find((one) => nameOf(one) === email)
    return found === undefined ? { traits: { email } } : { identityId: found.id }
  }

  return {
    show(request, database) {
      const errand = begin(request, database === 'running')
      if ('status' in errand) return errand
      const { aal, open } = errand
      if (aal === 'aal2' && open !== undefined) {
        const settings = pathOf(desk, '/settings/browser', { return_to: errand.returnTo })
        return secondFactorPage(open.identity, action(errand), settings)
      }
      return open === undefined
        ? peoplePage(registry.identities(), action(errand))
        : refreshPage(open.identity, action(errand))
    },
    submit(request, database) {
      const errand = begin(request, database === 'running')
      if ('status' in errand) return errand
      const { aal, open, returnTo } = errand
      const location = returnTo ?? defaultReturn(desk)
      if (open !== undefined && aal === 'aal2') {
        return open.identity.secondFactor
          ? sendSignedIn(desk, login.stepUp(open.session.id), location)
          : seeOther(pathOf(desk, '/login/browser', { aal, return_to: returnTo }))
      }
      if (open !== undefined) return sendSignedIn(desk, login.refresh(open.session.id), location)
      const who = signIn(new URLSearchParams(request.body))
      if ('identityId' in who && registry.identity(who.identityId)?.state === 'inactive') {
        return disabled(request)
      }
      const signedIn = login.signIn(who)
      const opened = registry.open(signedIn.token)
      const isShort = opened !== undefined && lacksFactor(opened, desk.settings.requiredAal)
      const second = pathOf(desk, '/login/browser', { aal: 'aal2', return_to: returnTo })
      return sendSignedIn(desk, signedIn, isShort ? second : location)
    },
  }
}

function peoplePage(people: readonly IdentityRecord[], action: string): FakeAnswer {
  const active = people.filter(({ state }) => state === 'active').slice(-mostPeople)
  const buttons = active.map(
    (one) =>
      html`<button name="identity" value="${one.id}">
        Sign in as ${nameOf(one)}${one.secondFactor ? secondFactorNote : undefined}
      </button>`,
  )
  const known =
    active.length === 0
      ? html`<p>Nobody is known yet.</p>`
      : html`<form method="post" action="${action}">${buttons}</form>`
  return page(
    'Sign in',
    html`${known}
      <form method="post" action="${action}">
        <label for="email">Or as somebody else, by any address</label>
        <input id="email" name="email" type="email" required autocomplete="off" />
        <button>Sign in</button>
      </form>`,
  )
}

const secondFactorNote: Html = html`<small>has a second factor</small>`

function refreshPage(identity: IdentityRecord, action: string): FakeAnswer {
  return page(
    'Confirm that it is you',
    html`<p>You are signed in as ${nameOf(identity)}, and asked to sign in once more.</p>
      <form method="post" action="${action}">
        <button>Sign in as ${nameOf(identity)} again</button>
      </form>`,
  )
}

function unknownLevel(request: FakeRequest, aal: string): FakeAnswer {
  return flowError(request, 400, {
    reason: `Unable to parse AuthenticationMethod Assurance Level (AAL): expected one of [aal1, aal2] but got ${aal}`,
    message: 'The request was malformed or contained invalid parameters',
  })
}

function sessionRequired(request: FakeRequest): FakeAnswer {
  return flowError(request, 401, {
    id: 'session_aal1_required',
    reason: 'You can not requested a higher AAL (AAL2/AAL3) without an active session.',
    message: 'aal2 and aal3 can only be requested if a session exists already',
  })
}

function alreadyAvailable(request: FakeRequest): FakeAnswer {
  return flowError(request, 400, {
    id: 'session_already_available',
    reason:
      'A valid session was detected and thus login is not possible. Did you forget to set `?refresh=true`?',
    message: 'you are already logged in',
  })
}

function disabled(request: FakeRequest): FakeAnswer {
  return flowError(request, 401, {
    reason: 'This account was disabled.',
    message: 'identity is disabled',
  })
}
