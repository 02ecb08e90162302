import type { Scene, SceneOptions, World } from './world.js'

/** This application as browsers see it. */
export const appUrl = 'https://app.example'

/** What a browser sends along when it asks for a page to show. */
export const navigation = {
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  Accept: 'text/html',
}

/** Starts an application whose route sends browsers to log in. */
export async function startRedirecting(world: World, scene: SceneOptions = {}): Promise<Scene> {
  return world.start({
    ...scene,
    options: { appUrl, ...scene.options },
    policy: { redirectToLogin: true, ...scene.policy },
  })
}

/** A `Location`, taken apart. */
export function readLocation(location: unknown): { page: string; query: [string, string][] } {
  const { origin, pathname, searchParams } = new URL(location as string)
  return { page: `${origin}${pathname}`, query: [...searchParams] }
}

/** Where Ory is asked to send the browser back to. */
export function returnTo(location: unknown): string {
  return new URL(location as string).searchParams.get('return_to') ?? ''
}
