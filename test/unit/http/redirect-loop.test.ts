import { describe, expect, it } from '@jest/globals'
import { countBounce } from '../../../lib/http/redirect-loop.js'
import { createExchange } from '../support/exchange.js'
import { start } from '../support/fake-clock.js'

const page = 'https://app.example/a'

/** A browser that keeps the cookies that it is sent, and goes to log in again and again. */
function createBrowser() {
  const jar = new Map<string, string>()
  let lines: string[] = []
  return {
    jar,
    lines: () => lines,
    visit(returnTo = page, now = start): boolean {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const { request, response } = createExchange({ headers: jar.size === 0 ? {} : { cookie } })
      const isSent = countBounce(request, response, returnTo, now)
      lines = [response.getHeader('set-cookie') ?? []].flat().map(String)
      for (const line of lines) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (line.includes('Max-Age=0')) jar.delete(name)
        else jar.set(name, value)
      }
      return isSent
    },
  }
}

describe('countBounce', () => {
  it('sends the same navigation three times, and then no more', () => {
    const { visit } = createBrowser()
    expect([1, 2, 3, 4].map((second) => visit(page, start + second * 1_000))).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  it('begins anew once it has said no, so that nobody stays locked out', () => {
    const { visit, jar } = createBrowser()
    for (let time = 0; time < 4; time += 1) visit()
    expect(jar.size).toBe(0)
    expect(visit()).toBe(true)
  })

  it('begins anew after ten seconds, and for another page', () => {
    const { visit } = createBrowser()
    for (let time = 0; time < 3; time += 1) visit()
    expect(visit('https://app.example/b')).toBe(true)
    const other = createBrowser()
    for (let time = 0; time < 3; time += 1) other.visit()
    expect(other.visit(page, start + 9_999)).toBe(false)
    const late = createBrowser()
    for (let time = 0; time < 3; time += 1) late.visit()
    expect(late.visit(page, start + 10_000)).toBe(true)
  })

  it('begins anew where the clock was set back', () => {
    const { visit } = createBrowser()
    for (let time = 0; time < 3; time += 1) visit()
    expect(visit(page, start - 1)).toBe(true)
  })

  it.each([0, 1_000, 0.5, start + 0.25, 1e15])('counts at the time %d too', (now) => {
    const { visit } = createBrowser()
    expect([0, 1, 2, 3].map(() => visit(page, now))).toEqual([true, true, true, false])
  })

  it.each<[string, string]>([
    ['nothing', ''],
    ['other cookies', 'a=b; ory_kratos_session=c'],
    ['a count that is none', 'ory-login-bounce=x.1.y'],
    ['a count of something else', `ory-login-bounce=9.${String(start)}.aaaaaaaaaaaa`],
    ['a name that ends alike', `xory-login-bounce=9.${String(start)}.aaaaaaaaaaaa`],
    ['a cookie without an end', `ory-login-bounce=9.${String(start)}.`],
  ])('is not kept from it by %s', (_title, cookie) => {
    const { request, response } = createExchange({ headers: { cookie } })
    expect(countBounce(request, response, page, start)).toBe(true)
  })

  it('counts behind a count that somebody planted in front', () => {
    const { visit, lines } = createBrowser()
    for (let time = 0; time < 3; time += 1) visit()
    const own = lines().at(-1)!.split(';', 1)[0]!
    for (const planted of [own.replace(/\.\d+\./, '.1.'), own.replace(/.$/, '!')]) {
      const { request, response } = createExchange({ headers: { cookie: `${planted}; ${own}` } })
      expect(countBounce(request, response, page, start)).toBe(false)
    }
  })

  it('sets a cookie that scripts and other sites do not get, and that lives for seconds', () => {
    const browser = createBrowser()
    browser.visit()
    expect(browser.lines()).toEqual([
      expect.stringMatching(
        /^ory-login-bounce=1\.\d+\.[\w-]{12}; Max-Age=10; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ])
    browser.visit('http://localhost:3000/')
    expect(browser.lines()[0]).not.toContain('Secure')
  })

  it('keeps the cookies that others set', () => {
    const { request, response } = createExchange()
    response.setHeader('Set-Cookie', 'a=b')
    countBounce(request, response, page, start)
    expect(response.getHeader('set-cookie')).toEqual([
      'a=b',
      expect.stringContaining('ory-login-bounce='),
    ])
  })
})
