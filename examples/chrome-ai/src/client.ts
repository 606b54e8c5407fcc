/** Chrome's own model where the browser has one, which costs nothing and sends no data; else a model of a provider. */
import { fromProvider, type Instructor } from 'instructor-wasm'

/** `onDownload` gets the part of Chrome's model that is downloaded, from 0 to 1. */
export function createClient(onDownload: (loaded: number) => void): Instructor {
  const remote = fromProvider('openai/gpt-4o-mini', {
    // The server adds the key: vite.config.ts.
    baseURL: new URL('/openai', location.href).href,
    apiKey: 'none',
    allowBrowser: true,
  })
  // A browser without the interface has no local client at all.
  if (!('LanguageModel' in globalThis)) return remote
  return fromProvider('chrome/gemini-nano', {
    fallback: [remote],
    fallbackAfter: 60_000,
    maxRetries: 1,
    extraBody: { languages: ['en'] },
    onDownloadProgress: ({ loaded }) => onDownload(loaded),
  })
}
