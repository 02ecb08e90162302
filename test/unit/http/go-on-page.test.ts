import { describe, expect, it } from '@jest/globals'
import { sendGoOnPage } from '../../../lib/http/go-on-page.js'
import { createExchange } from '../support/exchange.js'

function send(location: string) {
  const { response } = createExchange()
  let body = ''
  response.end = ((text: string) => {
    body = text
    return response
  }) as typeof response.end
  response.setHeader('Content-Encoding', 'gzip')
  sendGoOnPage(response, location)
  return { response, body }
}

describe('a page that goes on by itself', () => {
  it('is a whole page that no cache keeps', () => {
    const { response, body } = send('https://ory.example/logout?token=a&return_to=b')
    expect(response.statusCode).toBe(200)
    expect(response.getHeaders()).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-length': Buffer.byteLength(body),
    })
    const url = 'https://ory.example/logout?token=a&amp;return_to=b'
    expect(body).toContain(`<meta http-equiv="refresh" content="0; url=${url}">`)
    expect(body).toContain(`<a href="${url}">`)
  })

  it('lets nothing of an address out of its quotes', () => {
    const { body } = send(`https://ory.example/"><script>'&lt;`)
    expect(body).not.toContain('<script>')
    expect(body.split('"&gt;')).toHaveLength(1)
    expect(body).toContain('https://ory.example/&quot;&gt;&lt;script&gt;&#39;&amp;lt;"')
  })
})
