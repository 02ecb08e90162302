// A Nest application that the test beside it starts: PLATFORM=fastify for the other platform.
import 'reflect-metadata'
import { Catch, Controller, Get, Header, HttpException, Module } from '@nestjs/common'
import { UseInterceptors } from '@nestjs/common'
import type { ArgumentsHost, CallHandler, ExceptionFilter, ExecutionContext } from '@nestjs/common'
import type { INestApplication, NestInterceptor } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { createOrySession } from '../../lib/index.js'
import type { Session } from '../../lib/index.js'
import { AllowAnonymous, CurrentSession, OptionalSession } from '../../lib/nest/index.js'
import { OrySessionModule, RequireAal, RequireSession } from '../../lib/nest/index.js'

@Controller('strict')
@RequireAal('aal2')
class StrictController {
  @Get('both')
  @RequireSession({ verifiedAddress: true })
  both(): string {
    return 'both'
  }

  @Get('open')
  @AllowAnonymous()
  open(): string {
    return 'open'
  }
}

@Controller('heir')
class HeirController extends StrictController {
  @Get('own')
  own(): string {
    return 'own'
  }
}

@Controller()
class PlainController {
  @Get('plain')
  plain(@CurrentSession() session: Session): string {
    return session.id
  }

  @Get('stacked')
  @RequireAal('aal2')
  @RequireSession({ verifiedAddress: true })
  stacked(): string {
    return 'stacked'
  }

  @Get('contradiction')
  @AllowAnonymous()
  @RequireSession()
  contradiction(): string {
    return 'contradiction'
  }

  @Get('unchecked')
  @AllowAnonymous()
  unchecked(@CurrentSession() session: Session | undefined): string {
    return session?.id ?? 'nobody'
  }

  @Get('optional')
  @OptionalSession()
  optional(@CurrentSession() session: Session | undefined): string {
    return session?.id ?? 'nobody'
  }

  @Get('shared')
  @Header('Cache-Control', 'public, max-age=60')
  @Header('Set-Cookie', 'theme=dark')
  shared(): string {
    return 'shared'
  }

  @Get('wrong')
  @RequireSession({ aal: 'aal9' as 'aal2' })
  wrong(): string {
    return 'wrong'
  }

  @Get('users/:id')
  @RequireSession({
    allow: ({ identity }, { params }: { params: { id: string } }) => identity.id === params.id,
  })
  user(): string {
    return 'mine'
  }
}

let release = (): void => undefined

/** Holds a handler back, after its guard, until `other` has run. Says to the client that it does. */
class UntilOther implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler) {
    const released = new Promise<void>((resolve) => (release = resolve))
    context.switchToWs().getClient<{ emit(event: string): void }>().emit('holding')
    await released
    return next.handle()
  }
}

@WebSocketGateway()
class Gateway {
  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): string {
    return session.id
  }

  @SubscribeMessage('held')
  @UseInterceptors(UntilOther)
  held(@CurrentSession() session: Session): string {
    return session.id
  }

  @SubscribeMessage('other')
  @AllowAnonymous()
  other(): string {
    release()
    return 'other'
  }

  @SubscribeMessage('peek')
  @AllowAnonymous()
  peek(@CurrentSession() session: Session | undefined): string {
    return session?.id ?? 'nobody'
  }
}

/** What many applications have: it knows nothing of sessions. */
@Catch()
class EveryFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const status = error instanceof HttpException ? error.getStatus() : 500
    host.switchToHttp().getResponse().status(status).send({ own: status })
  }
}

const ory = createOrySession()

@Module({
  imports: [OrySessionModule.forRoot(ory)],
  controllers: [StrictController, HeirController, PlainController],
  providers: [Gateway],
})
class App {}

const options = { logger: false, forceCloseConnections: true } as const
const app: INestApplication =
  process.env['PLATFORM'] === 'fastify'
    ? await NestFactory.create(App, new FastifyAdapter(), options)
    : await NestFactory.create(App, options)
if (process.env['FILTER'] === 'every') app.useGlobalFilters(new EveryFilter())
await app.listen(0, '127.0.0.1')
console.log(`${await app.getUrl()}/`)
