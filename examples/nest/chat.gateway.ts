import { Inject, UseFilters, UseGuards } from '@nestjs/common'
import { ConnectedSocket, MessageBody } from '@nestjs/websockets'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { OnGatewayConnection, OnGatewayInit } from '@nestjs/websockets'
import type { OrySession, Session } from 'express-ory-session'
import { CurrentSession, ORY_SESSION, RequireAal } from 'express-ory-session/nest'
import { OrySessionFilter, OrySessionGuard } from 'express-ory-session/nest'
import type { Server, Socket } from 'socket.io'

@WebSocketGateway()
@UseGuards(OrySessionGuard)
@UseFilters(OrySessionFilter)
export class ChatGateway implements OnGatewayInit, OnGatewayConnection {
  constructor(@Inject(ORY_SESSION) private readonly ory: OrySession) {}

  // A guard of Nest runs for messages, not for the handshake.
  afterInit(server: Server): void {
    server.engine.use(this.ory.requireSession())
  }

  // A logout ends the connection at once.
  handleConnection(client: Socket): void {
    const stop = this.ory.watch(client.request, { onEnd: () => void client.disconnect(true) })
    client.once('disconnect', stop)
  }

  @SubscribeMessage('say')
  say(
    @CurrentSession() session: Session,
    @ConnectedSocket() client: Socket,
    @MessageBody() text: string,
  ): string {
    const line = `${String(session.identity.traits.email)}: ${text}`
    client.broadcast.emit('said', line)
    return line
  }

  @SubscribeMessage('clear')
  @RequireAal('aal2')
  clear(): string {
    return 'cleared'
  }
}
