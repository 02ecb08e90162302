import type { FakeAnswer } from './fake-answer.js'
import { defaultReturn, nameOf, pathOf, sendSignedIn, type Context } from './context.js'
import type { FakeRequest } from './fake-request.js'
import { flowFailure } from './flow-error.js'
import {
  alreadyAvailable,
  disabled,
  nobodyNamed,
  sessionRequired,
  unknownLevel,
} from './login-error.js'
import { peopleForm, refreshForm, secondFactorForm } from './login-form.js'
import { seeOther, wantsJson } from './page.js'
import { lacksFactor, type OpenSession } from './registry.js'
import { readReturnUrl } from './fake-return-url.js'
import type { Route } from './routes.js'

/** What a browser has come for. */
interface Errand {
  readonly aal: 'aal1' | 'aal2'
  readonly isRefresh: boolean
  readonly returnTo: string | undefined
  readonly open: OpenSession | undefined
}

/** `/self-service/login`: the page at its `/browser`, and what the forms on it send. */
export function createLoginPage(context: Context): {
  readonly show: Route
  readonly submit: Route
} {
  const { registry, login } = context

  /** Kratos' checks, in its order. The query is the same for a page and for the forms on it. */
  function begin(request: FakeRequest, isRunning: boolean): Errand | FakeAnswer {
    if (!isRunning) return flowFailure(request)
    const { url: returnTo, refusal } = {
      refusal: undefined,
      ...readReturnUrl(request, context.settings),
    }
    if (refusal !== undefined) return refusal
    const given = request.query.get('aal') ?? ''
    const aal = given === '' ? 'aal1' : given
    if (aal !== 'aal1' && aal !== 'aal2') return unknownLevel(request, aal)
    const { open } = context.readCaller(request)
    const isRefresh = request.query.get('refresh') === 'true'
    if (open === undefined) {
      return aal === 'aal1' ? { aal, isRefresh: false, returnTo, open } : sessionRequired(request)
    }
    if (isRefresh || aal > open.session.level) return { aal, isRefresh, returnTo, open }
    return wantsJson(request)
      ? alreadyAvailable(request)
      : seeOther(returnTo ?? defaultReturn(context))
  }

  /** The route of the forms, which carries on what the page was asked. */
  function action({ aal, isRefresh, returnTo }: Errand): string {
    const refresh = isRefresh ? 'true' : undefined
    return pathOf(context, '/login', { aal, refresh, return_to: returnTo })
  }

  /** Signs in whom the form names: somebody on the page, or whoever has that address, known or not. */
  function signIn(request: FakeRequest, { returnTo }: Errand): FakeAnswer {
    const form = new URLSearchParams(request.body)
    const email = (form.get('email') ?? '').trim()
    const found =
      registry.identity(form.get('identity') ?? '') ??
      registry.identities().find((one) => nameOf(one) === email)
    if (found?.state === 'inactive') return disabled(request)
    if (found === undefined && email === '') return nobodyNamed(request)
    const signedIn = login.signIn(
      found === undefined ? { traits: { email } } : { identityId: found.id },
    )
    const opened = registry.open(signedIn.token)
    const isShort = opened !== undefined && lacksFactor(opened, context.settings.requiredAal)
    const second = pathOf(context, '/login/browser', { aal: 'aal2', return_to: returnTo })
    return sendSignedIn(context, signedIn, isShort ? second : (returnTo ?? defaultReturn(context)))
  }

  return {
    show(request, database) {
      const errand = begin(request, database === 'running')
      if ('status' in errand) return errand
      const { aal, open, returnTo } = errand
      if (open === undefined) return peopleForm(registry.identities(), action(errand))
      if (aal === 'aal1') return refreshForm(open.identity, action(errand))
      const settings = pathOf(context, '/settings/browser', { return_to: returnTo })
      return secondFactorForm(open.identity, action(errand), settings)
    },
    submit(request, database) {
      const errand = begin(request, database === 'running')
      if ('status' in errand) return errand
      const { aal, open, returnTo } = errand
      if (open === undefined) return signIn(request, errand)
      // Without a factor to show there is nothing to be won here; the page says so.
      if (aal === 'aal2' && !open.identity.secondFactor) {
        return seeOther(pathOf(context, '/login/browser', { aal, return_to: returnTo }))
      }
      const shown = aal === 'aal2' ? login.stepUp(open.session.id) : login.refresh(open.session.id)
      return sendSignedIn(context, shown, returnTo ?? defaultReturn(context))
    },
  }
}
