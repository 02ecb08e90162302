import { Field, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql'
import type { Session } from 'express-ory-session'
import { AllowAnonymous, CurrentSession, RequireAal } from 'express-ory-session/nest'

@ObjectType()
export class Account {
  @Field(() => String)
  id!: string

  @Field(() => String)
  email!: string
}

@Resolver()
export class AccountResolver {
  @Query(() => String)
  @AllowAnonymous()
  hello(): string {
    return 'world'
  }

  @Query(() => Account)
  me(@CurrentSession() { identity }: Session): Account {
    return { id: identity.id, email: String(identity.traits.email) }
  }

  @Mutation(() => String)
  @RequireAal('aal2')
  transfer(@CurrentSession() session: Session): string {
    return session.identity.id
  }
}
