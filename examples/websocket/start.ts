import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOrySession } from 'express-ory-session'
import { createFakeOry } from 'express-ory-session/testing'
import { createApp } from './app.js'
import { startSocketIoChat } from './socket-io-chat.js'
import { startWsChat } from './ws-chat.js'

const { ORY_SDK_URL, PORT = '3000' } = process.env
const fake = ORY_SDK_URL ? undefined : await createFakeOry()
for (const name of ['ada', 'bob']) fake?.signIn({ traits: { email: `${name}@example.com` } })

const server = createServer()
server.listen(Number(PORT), '127.0.0.1', () => {
  const appUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const ory = createOrySession({ url: fake?.url ?? ORY_SDK_URL, appUrl })
  server.on('request', createApp(ory))
  const wsChat = startWsChat(server, ory)
  // Takes the requests to /socket.io/ before the application sees them.
  const socketIoChat = startSocketIoChat(server, ory)

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const socket of wsChat.clients) socket.close(1_001)
      // Closes the server, too.
      void socketIoChat.close(() => void Promise.all([ory.close(), fake?.close()]))
      server.closeAllConnections()
    })
  }
  console.log(`
The chat is at ${appUrl}. Open it in a browser, and in a second profile (or a private window).
Sign in there as another user. Then log out in another tab of one of them: it is out of the chat at once.
${fake === undefined ? `Ory is at ${String(ORY_SDK_URL)}.` : `Ory is a fake one, at ${fake.url}. Its login asks for no password.`}
Ctrl-C ends it.
`)
})
