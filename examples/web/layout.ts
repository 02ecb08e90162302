import { html } from './html.js'
import type { Html } from './html.js'

export interface Page {
  readonly title: string
  readonly content: Html
  /** Who is signed in, if that is known. */
  readonly name?: string | undefined
}

/** A whole page: what all of them have around what each has. */
export function layout({ title, content, name }: Page): string {
  const signOut = html`<form method="post" action="/logout">
    <span class="who">Signed in as <b>${name}</b></span>
    <button class="quiet">Sign out</button>
  </form>`
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – Notebook</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <p class="brand">Notebook</p>
          <nav aria-label="Pages">
            <a href="/">Start</a>
            <a href="/notes">Notes</a>
            <a href="/vault">Vault</a>
            <a href="/account">Account</a>
          </nav>
          ${name === undefined ? undefined : signOut}
        </header>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`
  return markup
}
