import { randomUUID } from 'node:crypto'
import { afterFirstFactor, defaultReturn, nameOf, pathOf, sendSignedIn } from './context.js'
import type { Context } from './context.js'
import type { FakeAnswer } from './fake-answer.js'
import type { FakeRequest } from './fake-request.js'
import { readReturnUrl } from './fake-return-url.js'
import { flowFailure } from './flow-error.js'
import {
  alreadyAvailable,
  disabled,
  flowNotFound,
  nobodyNamed,
  sessionRequired,
  unknownLevel,
} from './login-error.js'
import { loginFlowAnswer } from './login-flow.js'
import { identitiesForm, refreshForm, secondFactorForm } from './login-form.js'
import { seeOther, wantsJson } from './page.js'
import type { OpenSession } from './registry.js'
import type { Route } from './router.js'

/** What a browser has come for. */
interface Errand {
  readonly aal: 'aal1' | 'aal2'
  readonly isRefresh: boolean
  readonly returnTo: string | undefined
  readonly open: OpenSession | undefined
  /** Whether the session holds the level already, and nobody asks to show it once more. */
  readonly isDone: boolean
}

const hourMs = 3_600_000
/** Of very many flows the latest are known. */
const mostFlows = 1_000

/** `/self-service/login`: the page at its `/browser`, the flow at its `/api`, and what forms send. */
export function createLoginPage(context: Context): {
  readonly show: Route
  readonly showApi: Route
  readonly submit: Route
} {
  const { registry, login, settings } = context
  /** Flow → the query that started it. */
  const flows = new Map<string, URLSearchParams>()

  /** Kratos' checks, in its order. The query is the same for a page and for the forms on it. */
  function begin(request: FakeRequest, isRunning: boolean): Errand | FakeAnswer {
    if (!isRunning) return flowFailure(request)
    const { url: returnTo, refusal } = { refusal: undefined, ...readReturnUrl(request, settings) }
    if (refusal !== undefined) return refusal
    const given = request.query.get('aal') ?? ''
    const aal = given === '' ? 'aal1' : given
    if (aal !== 'aal1' && aal !== 'aal2') return unknownLevel(request, aal)
    const { open } = context.readCaller(request)
    if (open === undefined && aal === 'aal2') return sessionRequired(request)
    const isRefresh = open !== undefined && request.query.get('refresh') === 'true'
    const isDone = open !== undefined && !isRefresh && aal <= open.session.level
    return { aal, isRefresh, returnTo, open, isDone }
  }

  /** The route of the forms, which carries on what the page was asked. */
  function action({ aal, isRefresh, returnTo }: Errand): string {
    const refresh = isRefresh ? 'true' : undefined
    return pathOf(context, '/login', { aal, refresh, return_to: returnTo })
  }

  /** Signs in whom the form names: somebody on the page, or the owner of that address, known or not. */
  function signIn(request: FakeRequest, { returnTo }: Errand): FakeAnswer {
    const form = new URLSearchParams(request.body)
    const email = (form.get('email') ?? form.get('identifier') ?? '').trim()
    const found =
      registry.identity(form.get('identity') ?? '') ??
      registry.identities().find((one) => nameOf(one) === email)
    if (found?.state === 'inactive') return disabled(request)
    if (found === undefined && email === '') return nobodyNamed(request)
    const signedIn = login.signIn(
      found === undefined ? { traits: { email } } : { identityId: found.id },
    )
    return sendSignedIn(context, request, signedIn, afterFirstFactor(context, signedIn, returnTo))
  }

  function startFlow(request: FakeRequest, errand: Errand, type: 'browser' | 'api'): FakeAnswer {
    const id = randomUUID()
    if (flows.size >= mostFlows) flows.delete([...flows.keys()][0] ?? '')
    flows.set(id, request.query)
    const issuedAt = registry.now()
    const flow = {
      ...errand,
      id,
      type,
      target: request.target,
      hasSecondFactor: errand.open?.identity.secondFactor === true,
      isStepUp: errand.open !== undefined && errand.aal > errand.open.session.level,
      issuedAt,
      expiresAt: { ...issuedAt, ...registry.at(issuedAt.ms + hourMs) },
    }
    return loginFlowAnswer(flow, settings.publicUrl)
  }

  return {
    show(request, database) {
      const errand = begin(request, database === 'running')
      if ('status' in errand) return errand
      const { aal, open, isDone, returnTo } = errand
      if (wantsJson(request)) {
        return isDone ? alreadyAvailable(request) : startFlow(request, errand, 'browser')
      }
      if (isDone) return seeOther(returnTo ?? defaultReturn(context))
      if (open === undefined) {
        const signUp = pathOf(context, '/registration/browser', { return_to: returnTo })
        return identitiesForm(registry.identities(), action(errand), signUp)
      }
      return aal === 'aal1'
        ? refreshForm(open.identity, action(errand))
        : secondFactorForm(open.identity, action(errand))
    },
    showApi(request, database) {
      // An app gets JSON whatever it accepts.
      const asked = { ...request, headers: { ...request.headers, accept: ['application/json'] } }
      const errand = begin(asked, database === 'running')
      if ('status' in errand) return errand
      return errand.isDone ? alreadyAvailable(asked) : startFlow(asked, errand, 'api')
    },
    submit(request, database) {
      const id = request.query.get('flow')
      const query = id === null ? request.query : flows.get(id)
      if (query === undefined) return flowNotFound(request)
      const sent = { ...request, query }
      const errand = begin(sent, database === 'running')
      if ('status' in errand) return errand
      const { aal, open, isDone, returnTo } = errand
      if (open === undefined) return signIn(sent, errand)
      // A form that was left open in another tab: Kratos forgets where it was to lead.
      if (isDone) {
        return wantsJson(request) ? alreadyAvailable(request) : seeOther(defaultReturn(context))
      }
      // Without a factor to show there is nothing to be won here.
      if (aal === 'aal2' && !open.identity.secondFactor) {
        return seeOther(pathOf(context, '/login/browser', { aal, return_to: returnTo }))
      }
      const shown = aal === 'aal2' ? login.stepUp(open.session.id) : login.refresh(open.session.id)
      return sendSignedIn(context, request, shown, returnTo ?? defaultReturn(context), open)
    },
  }
}
