import { ask, type RawAnswer } from './ask.js'

/** What a browser does with pages: it keeps cookies and sends forms, and follows no redirect. */
export function createBrowser(url: string) {
  const cookies = new Map<string, string>()

  async function load(
    path: string,
    init: { method?: string; body?: string; accept?: string } = {},
  ): Promise<RawAnswer> {
    const { accept = 'text/html,application/xhtml+xml,*/*;q=0.8', ...question } = init
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const answer = await ask(url, {
      path,
      ...question,
      headers: {
        accept,
        ...(cookie && { cookie }),
        ...(init.body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
    })
    for (const [name, line] of answer.headers) {
      if (name.toLowerCase() !== 'set-cookie') continue
      const [pair = ''] = line.split(';', 1)
      const at = pair.indexOf('=')
      if (line.includes('; Max-Age=0;')) cookies.delete(pair.slice(0, at))
      else cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return answer
  }

  return {
    cookies,
    load,
    /** Presses the button of a page whose text has this in it. */
    async press(page: RawAnswer, label: string, fields: Record<string, string> = {}) {
      for (const [, action = '', content = ''] of page.text.matchAll(
        /<form\s+method="post"\s+action="([^"]*)"\s*>(.*?)<\/form>/gs,
      )) {
        for (const [, attributes = '', text = ''] of content.matchAll(
          /<button([^>]*)>(.*?)<\/button>/gs,
        )) {
          if (!text.replace(/\s+/g, ' ').includes(label)) continue
          const [, name, value] = /name="([^"]*)" value="([^"]*)"/.exec(attributes) ?? []
          const form = new URLSearchParams({ ...fields, ...(name && value && { [name]: value }) })
          const path = action.replace(/&amp;/g, '&')
          return load(path, { method: 'POST', body: form.toString() })
        }
      }
      throw new Error(`There is no button "${label}" in:\n${page.text}`)
    },
  }
}

export type Browser = ReturnType<typeof createBrowser>
