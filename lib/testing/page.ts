import { STATUS_CODES } from 'node:http'
import type { FakeAnswer } from './fake-answer.js'
import type { FakeRequest } from './fake-request.js'
import { escapeHtml, html, type Html } from './html.js'

const style: Html = {
  markup: `
    :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
    body { max-width: 26rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; background: Canvas }
    header { font-size: 0.875rem; border: 1px dashed; border-radius: 0.5rem; padding: 0.5rem 0.75rem }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: 1.75rem 0 1rem }
    form { margin: 0 0 1.5rem }
    label, button, input { display: block; width: 100%; box-sizing: border-box; font: inherit }
    input { margin: 0.25rem 0 0.75rem; padding: 0.625rem 0.75rem; border: 1px solid; border-radius: 0.5rem }
    button { margin: 0 0 0.625rem; padding: 0.75rem; border: 0; border-radius: 0.5rem; text-align: left;
      background: #1d4ed8; color: #fff; cursor: pointer; overflow-wrap: anywhere }
    button small { display: block; opacity: 0.9 }
    button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px }
    p, dd { overflow-wrap: anywhere } dt { font-weight: 600 } dd { margin: 0 0 0.75rem }`,
}

/** A page of the fake, which says of itself that it is one. */
export function page(title: string, content: Html, status = 200): FakeAnswer {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>${title} – fake Ory</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <header>A fake Ory, for tests. There are no passwords here.</header>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `
  return { status, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: markup }
}

/** An answer that sends a browser on, with the body that Go writes. */
export function seeOther(
  location: string,
  headers: FakeAnswer['headers'] = {},
  status: 303 | 307 = 303,
): FakeAnswer {
  const body = `<a href="${escapeHtml(location)}">${STATUS_CODES[status] ?? ''}</a>.\n\n`
  const type = 'text/html; charset=utf-8'
  // Go writes what is beyond ASCII as escapes in lower case. Node refuses such a header.
  const Location = location.replace(/\P{ASCII}/gu, (letter) =>
    encodeURIComponent(letter).toLowerCase(),
  )
  return { status, headers: { 'Content-Type': type, Location, ...headers }, body }
}

/** Whether a request is a script's, by what it would rather have: JSON than a page. */
export function wantsJson({ headers }: FakeRequest): boolean {
  const accepted = (headers['accept']?.join() ?? '').toLowerCase().split(',')
  const quality = (type: string): number => {
    const [, ...parameters] = accepted.map(trimAll).find(([name]) => name === type) ?? [type, 'q=0']
    return Number(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? 1)
  }
  return quality('application/json') > quality('text/html')
}

function trimAll(range: string): string[] {
  return range.split(';').map((part) => part.trim())
}
