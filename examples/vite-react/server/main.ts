/** `npm run build && npm start`: the built page and the API. */
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { app } from './app'

app.use(serveStatic({ root: './dist' }))

const port = Number(process.env.PORT ?? 3000)
const hostname = process.env.HOST ?? '127.0.0.1'
serve({ fetch: app.fetch, port, hostname }, () => console.log(`http://${hostname}:${port}`))
