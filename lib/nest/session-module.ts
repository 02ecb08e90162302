import { Module } from '@nestjs/common'
import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common'
import { APP_FILTER, APP_GUARD } from '@nestjs/core'
import type { OrySession } from '../ory-session.js'
import { OrySessionFilter } from './session-filter.js'
import { ORY_SESSION, OrySessionGuard } from './session-guard.js'

/** Makes the instance from other providers, such as those of a configuration module. */
export type NestSessionFactory = Pick<FactoryProvider<OrySession>, 'useFactory' | 'inject'> &
  Pick<ModuleMetadata, 'imports'>

/** The global guard and its filter: every route requires a session unless its decorators say otherwise. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest's form of a module
export class OrySessionModule {
  /**
   * The module for an instance.
   *
   * @example
   * `@Module({ imports: [OrySessionModule.forRoot(createOrySession())] })`
   */
  static forRoot(ory: OrySession): DynamicModule {
    return OrySessionModule.forRootAsync({ useFactory: () => ory })
  }

  /** The module for an instance that a factory makes. */
  static forRootAsync({ imports = [], ...factory }: NestSessionFactory): DynamicModule {
    return {
      module: OrySessionModule,
      global: true,
      imports,
      providers: [
        { provide: ORY_SESSION, ...factory },
        OrySessionGuard,
        { provide: APP_GUARD, useExisting: OrySessionGuard },
        { provide: APP_FILTER, useClass: OrySessionFilter },
      ],
      exports: [ORY_SESSION, OrySessionGuard],
    }
  }
}
Module({})(OrySessionModule)
