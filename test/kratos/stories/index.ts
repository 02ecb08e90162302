import { credentials } from './credentials.js'
import { life } from './life.js'
import { logout } from './logout.js'

export { openApp } from './app.js'
export const stories = [...credentials, ...life, ...logout]
