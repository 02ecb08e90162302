import type { Session } from 'express-ory-session'
import { html } from './html.js'
import type { Html } from './html.js'
import { layout } from './layout.js'

/** What somebody is called by. */
export function nameOf({ identity }: Session): string {
  return identity.traits.email ?? identity.id
}

export function startPage(session: Session | undefined, loginUrl: string): string {
  if (session === undefined) {
    const content = html`<p>Everybody may read this page.</p>
      <p><a class="button" href="${loginUrl}">Sign in</a></p>`
    return layout({ title: 'Welcome', content })
  }
  const content = html`<p>
    Everybody may read this page. Your <a href="/notes">notes</a> are for you alone, the
    <a href="/vault">vault</a> asks for a second factor, and your <a href="/account">account</a> for
    a login of late.
  </p>`
  return layout({ title: 'Welcome back', content, name: nameOf(session) })
}

/** The form of a new note, with a text in it that was not kept yet. */
export function noteForm(text: string): Html {
  return html`<form method="post" action="/notes">
    <label for="text">${text === '' ? 'A new note' : 'Your note'}</label>
    <textarea id="text" name="text" rows="3" maxlength="200" required>${text}</textarea>
    <button>Keep it</button>
  </form>`
}

export function notesPage(session: Session, notes: readonly string[]): string {
  const list = html`<ul class="notes">
    ${notes.map((note) => html`<li>${note}</li>`)}
  </ul>`
  const content = html`${noteForm('')}
  ${notes.length === 0 ? html`<p class="quiet">There are no notes yet.</p>` : list}`
  return layout({ title: 'Notes', content, name: nameOf(session) })
}

export function vaultPage(session: Session): string {
  const content = html`<p>
    You have shown a second factor, so here it is: the safe's number is 4711.
  </p>`
  return layout({ title: 'Vault', content, name: nameOf(session) })
}

export function accountPage(session: Session, settingsUrl: string): string {
  const methods = new Set(session.authentication_methods.map(({ method }) => method))
  const content = html`<dl>
      <dt>Name</dt>
      <dd>${nameOf(session)}</dd>
      <dt>Last login</dt>
      <dd>
        <time datetime="${session.authenticated_at}">${inWords(session.authenticated_at)}</time>
      </dd>
      <dt>By</dt>
      <dd>${[...methods].join(', ')}</dd>
    </dl>
    <p><a href="${settingsUrl}">Settings at Ory</a></p>`
  return layout({ title: 'Account', content, name: nameOf(session) })
}

function inWords(time: string): string {
  return `${time.slice(0, 10)}, ${time.slice(11, 16)} UTC`
}
