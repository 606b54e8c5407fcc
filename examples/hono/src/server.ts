/** The app in Node. In a Worker, Deno or Bun: `export default createApp()`. */
import { serve } from '@hono/node-server'
import { createApp } from './app.ts'

const port = Number(process.env.PORT ?? 3000)
const hostname = process.env.HOST ?? '127.0.0.1'
serve({ fetch: createApp().fetch, port, hostname }, () => console.log(`http://${hostname}:${port}`))
