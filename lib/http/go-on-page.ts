import type { ServerResponse } from 'node:http'
import { send } from './respond.js'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
}

/**
 * Answers a form with a page that goes on by itself, with JavaScript off and under any
 * Content-Security-Policy: no policy rules a `<meta http-equiv="refresh">`, and the link is there for a
 * browser that does not follow it.
 *
 * @see https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh
 */
export function sendGoOnPage(response: ServerResponse, location: string): void {
  const url = location.replace(/[&<>"']/g, (character) => escapes[character] ?? '')
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="0; url=${url}">
<title>Signing out</title>
</head>
<body>
<p>Signing out. <a href="${url}">Continue</a></p>
</body>
</html>
`
  send(response, 200, pageHeaders, page)
}
