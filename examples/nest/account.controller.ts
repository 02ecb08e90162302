import { Controller, Get, HttpCode, Post } from '@nestjs/common'
import type { Session } from 'express-ory-session'
import {
  AllowAnonymous,
  CurrentSession,
  OptionalSession,
  RequireAal,
} from 'express-ory-session/nest'

@Controller()
export class AccountController {
  @Get()
  @AllowAnonymous()
  hello(): object {
    return { hello: 'world' }
  }

  @Get('greeting')
  @OptionalSession()
  greeting(@CurrentSession() session: Session | undefined): object {
    return { hello: session?.identity.traits.email ?? 'you' }
  }

  // Without a decorator, a live session is required.
  @Get('me')
  me(@CurrentSession() session: Session): object {
    return session.identity.traits
  }

  @Post('transfer')
  @HttpCode(200)
  @RequireAal('aal2')
  transfer(@CurrentSession() session: Session): object {
    return { from: session.identity.id }
  }
}
