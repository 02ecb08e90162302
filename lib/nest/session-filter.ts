import { Catch } from '@nestjs/common'
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common'
import { SessionException } from './session-exception.js'

/** What Express and Fastify have in common. */
interface NestResponse {
  status(status: number): NestResponse
  header(name: string, value: string): NestResponse
  send(body: Buffer): unknown
}

/** Answers a denial: the problem body over HTTP, an error in GraphQL, the event `exception` in a gateway. */
export class OrySessionFilter implements ExceptionFilter<SessionException> {
  catch(exception: SessionException, host: ArgumentsHost): unknown {
    const { error } = exception
    const type = host.getType<string>()
    if (type === 'ws') {
      sendMessage(host.switchToWs().getClient(), error.toJSON())
      return undefined
    }
    // GraphQL takes an error that a filter returns for the resolver's.
    if (type !== 'http') return exception
    const response = host.switchToHttp().getResponse<NestResponse>()
    for (const [name, value] of Object.entries(error.headers)) response.header(name, value)
    // To a string both platforms add a charset, which this media type does not have (RFC 9457).
    return response.status(error.status).send(Buffer.from(JSON.stringify(error)))
  }
}
Catch(SessionException)(OrySessionFilter)

/** Socket.IO's client, or a WebSocket: both have `emit`, and that of a WebSocket sends nothing. */
type Client =
  | { readonly readyState: number; send(text: string): void }
  | { readonly readyState?: undefined; emit(event: string, data: object): void }

function sendMessage(client: Client, data: object): void {
  if (client.readyState === undefined) client.emit('exception', data)
  else client.send(JSON.stringify({ event: 'exception', data }))
}
