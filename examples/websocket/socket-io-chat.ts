import type { Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import type { Socket } from 'socket.io'
import type { OrySession } from 'express-ory-session'

/** The same chat on Socket.IO, by polling and by WebSocket. */
export function startSocketIoChat(server: HttpServer, ory: OrySession): Server {
  // By default, Socket.IO closes a handshake of the other chat that Ory has not answered in a second.
  const chat = new Server(server, { destroyUpgrade: false, maxHttpBufferSize: 4_096 })
  chat.engine.use(ory.requireSession())

  chat.use((socket, next) => {
    admit(socket, ory).then(() => {
      next()
    }, next)
  })

  chat.on('connection', (socket) => {
    const { name } = socket.data as { name: string }
    const stop = ory.watch(socket.request, {
      onEnd({ code }) {
        socket.emit('session', code)
        socket.disconnect(true)
      },
    })
    socket.once('disconnect', stop)
    socket.on('say', (text: unknown) => {
      if (typeof text === 'string') chat.emit('said', `${name}: ${text}`)
    })
    chat.emit('said', `${name} is here`)
  })
  return chat
}

/** Gives a user's socket its name. Rejects for anybody else; `data` is what the client gets. */
async function admit(socket: Socket, ory: OrySession): Promise<void> {
  // Polling begins with a GET, which is not checked for its origin. As a POST it is.
  const { headers, rawHeaders } = socket.request
  const { error, session } = await ory.authenticate({ headers, rawHeaders, method: 'POST' })
  if (error !== undefined) throw Object.assign(new Error(error.code), { data: error })
  Object.assign(socket.data, { name: String(session.identity.traits.email) })
}
