import { afterFirstFactor, defaultReturn, nameOf, pathOf, sendSignedIn } from './context.js'
import type { Context } from './context.js'
import type { FakeAnswer } from './fake-answer.js'
import type { FakeRequest } from './fake-request.js'
import { readReturnUrl } from './fake-return-url.js'
import { flowFailure } from './flow-error.js'
import { html } from './html.js'
import { registrationNotPossible } from './login-error.js'
import { page, seeOther, wantsJson } from './page.js'
import type { Route } from './router.js'

/** `/self-service/registration`: who it is, and on a second page how to sign in from then on. */
export function createRegistrationPage(context: Context): {
  readonly show: Route
  readonly submit: Route
} {
  const { registry, login, readCaller, settings } = context

  function begin(
    request: FakeRequest,
    isRunning: boolean,
  ): { readonly returnTo: string | undefined } | FakeAnswer {
    if (!isRunning) return flowFailure(request)
    const read = readReturnUrl(request, settings)
    if ('refusal' in read) return read.refusal
    if (readCaller(request).open === undefined) return { returnTo: read.url }
    return wantsJson(request)
      ? registrationNotPossible(request)
      : seeOther(read.url ?? defaultReturn(context))
  }

  function form(returnTo: string | undefined, email: string, complaint = ''): FakeAnswer {
    const action = pathOf(context, '/registration', { return_to: returnTo })
    const signIn = pathOf(context, '/login/browser', { return_to: returnTo })
    const note = complaint === '' ? undefined : html`<p role="alert">${complaint}</p>`
    const fields =
      email === ''
        ? html`<label for="email">E-Mail</label>
            <input id="email" name="traits.email" type="email" required autocomplete="off" />
            <input type="hidden" name="method" value="profile" />`
        : html`<p>Please choose a credential to authenticate ${email} with.</p>
            <input type="hidden" name="traits.email" value="${email}" />
            <input type="hidden" name="method" value="password" />`
    return page(
      'Sign up',
      html`${note}
        <form method="post" action="${action}">
          ${fields}
          <button>${email === '' ? 'Sign up' : 'Sign up with a password'}</button>
        </form>
        <p><a href="${signIn}">Sign in</a></p>`,
    )
  }

  return {
    show(request, database) {
      const begun = begin(request, database === 'running')
      if ('status' in begun) return begun
      return form(begun.returnTo, request.query.get('traits.email') ?? '')
    },
    submit(request, database) {
      const begun = begin(request, database === 'running')
      if ('status' in begun) return begun
      const { returnTo } = begun
      const sent = new URLSearchParams(request.body)
      const email = (sent.get('traits.email') ?? '').trim()
      if (email === '') return form(returnTo, '', 'Property email is missing.')
      if (sent.get('method') !== 'password') {
        const second = { return_to: returnTo, 'traits.email': email }
        return seeOther(pathOf(context, '/registration/browser', second))
      }
      if (registry.identities().some((one) => nameOf(one) === email)) {
        return form(returnTo, '', 'An account with the same identifier exists already.')
      }
      const signedIn = login.signIn({ traits: { email }, verified: false })
      return sendSignedIn(context, request, signedIn, afterFirstFactor(context, signedIn, returnTo))
    },
  }
}
