import { Inject, Module, RequestMethod } from '@nestjs/common'
import type { MiddlewareConsumer, NestModule } from '@nestjs/common'
import { ApolloDriver } from '@nestjs/apollo'
import type { ApolloDriverConfig } from '@nestjs/apollo'
import { GraphQLModule } from '@nestjs/graphql'
import { createOrySession } from 'express-ory-session'
import type { OrySession } from 'express-ory-session'
import { ORY_SESSION, OrySessionModule } from 'express-ory-session/nest'
import { AccountController } from './account.controller.js'
import { AccountResolver } from './account.resolver.js'
import { ChatGateway } from './chat.gateway.js'

@Module({
  imports: [
    // The guard is global: a route without a decorator requires a session.
    OrySessionModule.forRootAsync({ useFactory: () => createOrySession() }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      playground: false,
      // Without this, Nest sends each denial of a resolver with the status 200.
      preserveHttpStatusForExecutionErrors: false,
    }),
  ],
  controllers: [AccountController],
  providers: [AccountResolver, ChatGateway],
})
export class AppModule implements NestModule {
  constructor(@Inject(ORY_SESSION) private readonly ory: OrySession) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(this.ory.logout()).forRoutes({ path: 'logout', method: RequestMethod.POST })
  }
}
