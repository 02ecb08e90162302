// Nest, on Fastify with PLATFORM=fastify: npm run example nest
import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import type { INestApplication } from '@nestjs/common'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { OrySession } from 'express-ory-session'
import { ORY_SESSION } from 'express-ory-session/nest'
import { AppModule } from './app.module.js'

const options = { logger: ['error' as const], abortOnError: false, forceCloseConnections: true }
const isFastify = process.env['PLATFORM'] === 'fastify'
const app: INestApplication = isFastify
  ? await NestFactory.create(
      AppModule,
      new FastifyAdapter({ forceCloseConnections: true }),
      options,
    )
  : await NestFactory.create(AppModule, options)

await app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1')
console.log(`${await app.getUrl()}/me`)
process.once('SIGTERM', () => {
  void app.close().then(() => app.get<OrySession>(ORY_SESSION).close())
})
