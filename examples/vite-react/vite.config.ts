import { getRequestListener } from '@hono/node-server'
import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv, type Plugin } from 'vite'
import { app } from './server/app'

/** `npm run dev` serves the API, too. */
const api: Plugin = {
  name: 'api',
  configureServer({ middlewares, config }) {
    Object.assign(process.env, loadEnv(config.mode, config.root, ''))
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
    middlewares.use((request, response, next) =>
      request.url?.startsWith('/api/') ? listener(request, response) : next(),
    )
  },
}

export default defineConfig({ plugins: [react(), api] })
