// A Nest application with GraphQL that a test starts.
import 'reflect-metadata'
import { Module, UseInterceptors } from '@nestjs/common'
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import { ApolloDriver } from '@nestjs/apollo'
import type { ApolloDriverConfig } from '@nestjs/apollo'
import { NestFactory } from '@nestjs/core'
import { Field, GraphQLModule, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql'
import { createOrySession } from '../../../lib/index.js'
import type { Session } from '../../../lib/index.js'
import { AllowAnonymous, CurrentSession, OrySessionModule } from '../../../lib/nest/index.js'

let release = (): void => undefined

/** Holds a field back, after its guard, until the field `other` was resolved. */
class UntilOther implements NestInterceptor {
  async intercept(_context: ExecutionContext, next: CallHandler) {
    await new Promise<void>((resolve) => (release = resolve))
    return next.handle()
  }
}

@ObjectType()
class Account {
  @Field(() => String)
  id!: string
}

@Resolver(() => Account)
class AccountResolver {
  @Query(() => Account)
  account(@CurrentSession() { identity }: Session): Account {
    return { id: identity.id }
  }

  @Query(() => String)
  @UseInterceptors(UntilOther)
  held(@CurrentSession() session: Session): string {
    return session.id
  }

  @ResolveField(() => String)
  @AllowAnonymous()
  other(): string {
    release()
    return 'other'
  }

  @ResolveField(() => String)
  sessionId(@CurrentSession() session: Session): string {
    return session.id
  }

  @ResolveField(() => String)
  @AllowAnonymous()
  peek(@CurrentSession() session: Session | undefined): string {
    return session?.id ?? 'nobody'
  }
}

@Module({
  imports: [
    OrySessionModule.forRoot(createOrySession()),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      playground: false,
      // With this, the guard of a field begins when that of another has let it pass already.
      ...(process.env['GUARDS'] === 'fields' && { fieldResolverEnhancers: ['guards'] }),
    }),
  ],
  providers: [AccountResolver],
})
class App {}

const app = await NestFactory.create(App, { logger: false, forceCloseConnections: true })
await app.listen(0, '127.0.0.1')
console.log(`${await app.getUrl()}/`)
