/**
 * Models without HTTP requests: Chrome's built-in model, the engines of WebLLM and wllama, and Workers AI through a Worker's binding.
 * Each is a function like fetch, so that the core handles it like a server: it receives a request's body and returns
 * a `Response` in OpenAI's format (or the API's own). Each file is loaded with its first call.
 */
import { ConfigurationError } from '../common/errors.js'
import type { Fetch } from '../common/fetch.js'
import { imported } from '../common/imported.js'
import type { InBrowserOptions, LanguageModelStatic } from './options.js'

/** The fetch function for a model string and options, and the remaining options for the core. */
export interface InProcess {
  readonly fetch?: Fetch
  readonly rest: Record<string, unknown>
}

type Options = Record<string, unknown> & InBrowserOptions

/** By provider: how its options make a fetch. `undefined`: these options mean the provider's server. */
const PROVIDERS: Readonly<Record<string, (options: Options) => InProcess | undefined>> = {
  chrome({ onDownloadProgress, languageModel, ...rest }) {
    const api = languageModel ?? builtIn()
    const missing = api ? undefined : new ConfigurationError(absent(), { code: 'unavailable' })
    // With `fallback`, the next client is called.
    if (missing && typeof rest.fetch !== 'function' && !rest.fallback) throw missing
    return {
      rest,
      fetch: async (_, init) => {
        if (!api) throw missing
        return (await imported('inbrowser/chrome', import('./chrome.js'))).answer(
          init,
          api,
          onDownloadProgress,
        )
      },
    }
  },
  webllm({ engine, ...rest }) {
    if (!engine && typeof rest.fetch !== 'function')
      throw new ConfigurationError(
        "webllm needs its engine: fromProvider('webllm/<model id>', { engine: await CreateMLCEngine('<model id>') }), " +
          'with CreateMLCEngine from @mlc-ai/web-llm. It runs in browsers with WebGPU.',
        { parameter: 'engine' },
      )
    return {
      rest,
      fetch: async (_, init) =>
        (await imported('inbrowser/webllm', import('./webllm.js'))).answer(init, engine),
    }
  },
  wllama({ engine, ...rest }) {
    if (!engine && typeof rest.fetch !== 'function')
      throw new ConfigurationError(
        "wllama needs its engine: fromProvider('wllama/<model>', { engine }), an instance of Wllama from @wllama/wllama with a loaded model, or a function that creates one.",
        { parameter: 'engine' },
      )
    return {
      rest,
      fetch: async (_, init) =>
        (await imported('inbrowser/wllama', import('./wllama.js'))).answer(init, engine),
    }
  },
  workers_ai({ binding, gateway, ...rest }) {
    if (!binding) return undefined
    if (typeof binding.run !== 'function')
      throw new ConfigurationError('binding must be a Workers AI binding (it has `run`), e.g. env.AI.', {
        parameter: 'binding',
      })
    return {
      rest: { ...rest, binding: true },
      fetch: async (url, init) =>
        (await imported('inbrowser/workers-ai', import('./workers-ai.js'))).answer(
          url,
          init,
          binding,
          gateway,
        ),
    }
  },
}

/** Removes the options of such models. Throws at once where the model is not available here. */
export function inProcess(model: string, options: Record<string, unknown>): InProcess {
  const [provider = ''] = model.split('/', 1)
  const read = Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined
  return read?.(options) ?? { rest: options }
}

const builtIn = () => (globalThis as { LanguageModel?: LanguageModelStatic }).LanguageModel

function absent(): string {
  const scope = globalThis as { document?: unknown; isSecureContext?: boolean }
  const why =
    scope.document === undefined
      ? 'it exists in pages only, not in workers and not on servers'
      : scope.isSecureContext === false
        ? 'it exists on https:// and localhost only'
        : 'this browser has none, or it is disabled'
  return `There is no built-in model here (LanguageModel): ${why}. Chrome on desktop has one; check with chromeAvailability() and fall back to another provider.`
}

/** The state of a model in the browser. */
export type Availability = 'unavailable' | 'downloadable' | 'downloading' | 'available'

/**
 * Whether Chrome's built-in model can be used: at once (`available`), after a download that a user's click starts
 * (`downloadable`, `downloading`), or not at all (`unavailable`; also without `LanguageModel`).
 */
export async function chromeAvailability(
  options: Readonly<Record<string, unknown>> = {},
): Promise<Availability> {
  return (await builtIn()?.availability(options)) ?? 'unavailable'
}
