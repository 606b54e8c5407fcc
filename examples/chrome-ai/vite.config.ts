import { defineConfig, loadEnv, type ProxyOptions } from 'vite'

/** Requests of the page to /openai get the key here, so that the page has none. */
export default defineConfig(({ mode }) => {
  const { OPENAI_API_KEY = '', OPENAI_BASE_URL = 'https://api.openai.com/v1' } = loadEnv(mode, '.', 'OPENAI_')
  const openai: ProxyOptions = {
    target: OPENAI_BASE_URL,
    changeOrigin: true,
    rewrite: (path) => path.replace('/openai', ''),
    headers: { authorization: `Bearer ${OPENAI_API_KEY}` },
  }
  const proxy = { '/openai': openai }
  return { server: { proxy }, preview: { proxy } }
})
