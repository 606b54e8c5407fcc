/**
 * The playground. The form is read into `fromProvider` options and `create` parameters (`read`), a run feeds the
 * views on the right from the library's hooks, snapshots and completion. Only the public API is used.
 */
import { fromProvider, Mode } from 'instructor-wasm'
import { type AttemptView, pretty, showAttempts } from './attempts.js'
import { PRESETS } from './presets.js'
import { LOCAL, PROVIDERS } from './providers.js'
import { Tree } from './tree.js'

const $ = <T extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as T
const provider = $<HTMLSelectElement>('provider')
const model = $<HTMLInputElement>('model')
const baseURL = $<HTMLInputElement>('base-url')
const key = $<HTMLInputElement>('key')
const keep = $<HTMLInputElement>('keep')
const preset = $<HTMLSelectElement>('preset')
const prompt = $<HTMLTextAreaElement>('prompt')
const schema = $<HTMLTextAreaElement>('schema')
const mode = $<HTMLSelectElement>('mode')
const retries = $<HTMLInputElement>('retries')
const maxTokens = $<HTMLInputElement>('max-tokens')
const streamed = $<HTMLInputElement>('stream')
const tree = new Tree($('object'))

const MODES = ['TOOLS', 'TOOLS_STRICT', 'JSON', 'JSON_SCHEMA', 'MD_JSON'] as const

// -- the form ------------------------------------------------------------------------------------------------

const option = (value: string, text: string) => new Option(text, value)
provider.append(...PROVIDERS.map((one) => option(one.id, one.label)))
preset.append(...PRESETS.map((one, i) => option(String(i), one.name)))
mode.append(option('', 'Automatic'), ...MODES.map((name) => option(name, name)))

const chosen = () => PROVIDERS.find((one) => one.id === provider.value) ?? PROVIDERS[0]!
const storedKey = () => `instructor-key:${provider.value}`

function pickProvider() {
  const it = chosen()
  $('models').replaceChildren(...it.models.map((name) => option(name, name)))
  model.value = it.models[0] ?? ''
  baseURL.value = it.baseURL ?? ''
  mode.value = it.mode ?? ''
  $('provider-note').textContent = it.note ?? ''
  $('key-row').hidden = $('keep-row').hidden = it.key === false
  key.value = localStorage.getItem(storedKey()) ?? ''
  keep.checked = key.value !== ''
}

/** A key is written to this browser's storage only while the box is ticked, and removed when it is not. */
function rememberKey() {
  if (keep.checked && key.value) localStorage.setItem(storedKey(), key.value)
  else localStorage.removeItem(storedKey())
}

function pickPreset() {
  const it = PRESETS[Number(preset.value)] ?? PRESETS[0]!
  prompt.value = it.prompt
  schema.value = JSON.stringify(it.schema, null, 2)
}

function readSchema(): Record<string, unknown> | undefined {
  const problem = $('schema-error')
  try {
    const value: unknown = JSON.parse(schema.value)
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Error('a JSON Schema is an object')
    problem.textContent = ''
    return value as Record<string, unknown>
  } catch (error) {
    problem.textContent = `Not a JSON Schema yet: ${(error as Error).message}`
  }
}

/** The form as parameters of the library. */
function read() {
  const responseModel = readSchema()
  if (!responseModel) return
  const client = fromProvider(`${provider.value}/${model.value.trim()}`, {
    // A private server needs none; a placeholder lets `buildRequest` work before a key is typed.
    ...(chosen().key === false ? {} : { apiKey: key.value.trim() || 'your-key' }),
    ...(baseURL.value.trim() ? { baseURL: baseURL.value.trim() } : {}),
    ...(mode.value ? { mode: Mode[mode.value as (typeof MODES)[number]] } : {}),
  })
  const params = {
    responseModel,
    messages: [{ role: 'user' as const, content: prompt.value }],
    maxRetries: Number(retries.value) || 0,
    ...(Number(maxTokens.value) > 0 ? { maxTokens: Number(maxTokens.value) } : {}),
  }
  return { client, params }
}

// -- the request, before it is sent ------------------------------------------------------------------------------

const redact = (text: string) => {
  const secret = key.value.trim() || 'your-key'
  return text.replaceAll(secret, '••••••••')
}

let previews = 0

async function previewRequest() {
  const place = $('request')
  const preview = ++previews
  try {
    const it = read()
    if (!it) return
    await it.client.ready()
    // The form was edited while the library was being loaded.
    if (preview !== previews) return
    const request = it.client.buildRequest(it.params)
    const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`)
    $('request-line').textContent = redact(`${request.method} ${request.url}`)
    place.textContent = redact(`${headers.join('\n')}\n\n${pretty(request.body)}`)
  } catch (error) {
    $('request-line').textContent = ''
    place.textContent = redact(describe(error))
  }
}

let previewTimer: ReturnType<typeof setTimeout> | undefined
const previewSoon = () => {
  clearTimeout(previewTimer)
  previewTimer = setTimeout(previewRequest, 200)
}

// -- a run -------------------------------------------------------------------------------------------------------

type Completion = Awaited<ReturnType<ReturnType<typeof fromProvider>['createWithCompletion']>>[1]

let abort: AbortController | undefined
const describe = (error: unknown) =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

function status(state: 'running' | 'done' | 'failed' | 'idle', text: string) {
  const line = $('status')
  line.dataset.state = state
  line.textContent = text
}

function facts(pairs: [string, string | number | undefined | null][]) {
  $('facts').replaceChildren(
    ...pairs
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([name, value]) => {
        const box = document.createElement('div')
        const term = document.createElement('dt')
        const fact = document.createElement('dd')
        term.textContent = name
        fact.textContent = String(value)
        box.append(term, fact)
        return box
      }),
  )
}

function badge(text: string, kind: 'good' | 'plain' = 'plain') {
  const it = $('object-badge')
  it.hidden = text === ''
  it.textContent = text
  it.dataset.kind = kind
}

async function run() {
  if (abort) return
  rememberKey()
  $('failure').textContent = ''
  $('raw').textContent = 'Waiting …'
  tree.clear('Waiting for the first words …')
  badge('')
  facts([])
  previewRequest()

  const attempts: AttemptView[] = []
  const showThem = (running: boolean) => {
    $('attempt-count').textContent = attempts.length ? String(attempts.length) : ''
    showAttempts($('attempts'), attempts, running)
  }
  showThem(true)

  abort = new AbortController()
  $<HTMLButtonElement>('run').disabled = true
  $<HTMLButtonElement>('stop').disabled = false
  const began = performance.now()
  const elapsed = () => (performance.now() - began) / 1000
  let rate = ''
  let measure = () => {}
  const ticker = setInterval(() => {
    measure()
    status('running', `Running … ${elapsed().toFixed(1)} s${rate}`)
  }, 200)
  status('running', 'Running …')
  // On a narrow screen the result is below the form.
  if (matchMedia('(max-width: 899px)').matches) $('status').scrollIntoView({ block: 'start' })

  try {
    const it = read()
    if (!it) throw new Error('The JSON Schema needs a repair first.')
    if (chosen().key && !key.value.trim()) throw new Error(`Enter an API key for ${chosen().label} first.`)
    const { client } = it
    client.on('completion:kwargs', (request: unknown) => {
      attempts.push({ request })
      showThem(true)
    })
    client.on('completion:response', (raw: unknown) => {
      const last = attempts.at(-1)
      if (last) last.raw = raw
      $('raw').textContent = redact(pretty(raw))
    })
    const failed = (error: unknown) => {
      const last = attempts.at(-1)
      if (last) last.error = error
      showThem(true)
    }
    client.on('parse:error', failed)
    client.on('completion:error', failed)

    const params = { ...it.params, signal: abort.signal }
    let value: unknown
    let completion: Completion
    if (streamed.checked) {
      const stream = client.createPartial(params)
      let snapshots = 0
      let first = 0
      let newest: unknown
      // Now and then, not for every snapshot: measuring one means to walk all of it.
      measure = () => {
        if (!snapshots) return
        rate = ` · ${snapshots} snapshot${snapshots === 1 ? '' : 's'}`
        const since = elapsed() - first
        const length = JSON.stringify(newest)?.length ?? 0
        if (snapshots > 1 && since >= 0.05) rate += ` · ${Math.round(length / since)} characters/s`
      }
      for await (const snapshot of stream) {
        if (!snapshots++) first = elapsed()
        newest = snapshot
        tree.show(snapshot, true)
        badge(stream.restarts ? 'reasked, filling in' : 'filling in')
      }
      measure()
      value = await stream.final()
      completion = await stream.completion()
    } else {
      ;[value, completion] = await client.createWithCompletion(params)
    }
    tree.show(value, false)
    badge('validated', 'good')
    attempts.splice(0, attempts.length, ...completion.attempts)
    showThem(false)
    $('raw').textContent = redact(pretty(completion.raw))
    const output = completion.usage.outputTokens
    facts([
      ['Input tokens', completion.usage.inputTokens],
      ['Output tokens', output],
      ['Tokens/s', output ? Math.round(output / elapsed()) : undefined],
      ['Attempts', completion.attempts.length],
      ['Mode', completion.mode],
      ['Finish', completion.finishReason],
    ])
    status('done', `Done in ${elapsed().toFixed(1)} s${rate}`)
  } catch (error) {
    const stopped = abort.signal.aborted
    const tried = (error as { attempts?: AttemptView[] } | undefined)?.attempts
    if (tried?.length) attempts.splice(0, attempts.length, ...tried)
    else if (!stopped && attempts.length) attempts.at(-1)!.error ??= error
    showThem(false)
    if (!$('object').querySelector('ul')) tree.clear(stopped ? 'Stopped.' : 'No object this time.')
    badge(stopped ? 'stopped' : 'not validated')
    $('failure').textContent = stopped ? '' : redact(describe(error))
    status(
      stopped ? 'idle' : 'failed',
      stopped ? `Stopped after ${elapsed().toFixed(1)} s.` : `Failed after ${elapsed().toFixed(1)} s.`,
    )
  } finally {
    clearInterval(ticker)
    abort = undefined
    $<HTMLButtonElement>('run').disabled = false
    $<HTMLButtonElement>('stop').disabled = true
  }
}

// -- events --------------------------------------------------------------------------------------------------------

$('form').addEventListener('submit', (event) => {
  event.preventDefault()
  void run()
})
$('stop').addEventListener('click', () => abort?.abort())
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') abort?.abort()
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) $<HTMLFormElement>('form').requestSubmit()
})
$('form').addEventListener('input', previewSoon)
provider.addEventListener('change', pickProvider)
preset.addEventListener('change', pickPreset)
keep.addEventListener('change', rememberKey)
$('theme').addEventListener('click', () => {
  const dark =
    getComputedStyle(document.documentElement).colorScheme === 'dark' ||
    (document.documentElement.dataset.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'light' : 'dark'
  localStorage.setItem('instructor-theme', document.documentElement.dataset.theme)
})

const theme = localStorage.getItem('instructor-theme')
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme

/** The dev server knows where the local model listens. */
interface Config {
  localModel?: { baseURL: string; model: string }
}
const config: Config = await fetch('config.json')
  .then((answer) => (answer.ok ? (answer.json() as Promise<Config>) : {}))
  .catch(() => ({}))
const local = PROVIDERS.find((one) => one.id === LOCAL)
if (local && config.localModel) {
  local.baseURL = config.localModel.baseURL
  local.models = [config.localModel.model]
}
pickProvider()
pickPreset()
previewRequest()
