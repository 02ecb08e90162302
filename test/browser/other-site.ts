import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A page of another site. */
export interface OtherSite {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves a page with a form that sends its visitors somewhere else. By the name of `localhost` it is
 * another site than one at 127.0.0.1.
 */
export async function startOtherSite(action: string): Promise<OtherSite> {
  const page = `<!doctype html>
<title>Win a prize</title>
<form method="post" action="${action}">
  <input type="hidden" name="text" value="forged" />
  <button>Win</button>
</form>`
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
