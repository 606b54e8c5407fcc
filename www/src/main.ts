/**
 * The playground. The form (form/) is read into the parameters of a call (run/), whose events are shown by the views
 * (view/). Only the public API of the package is used.
 */
import { addProvider, localModel } from './data/providers.js'
import { $, makeScrollable, pretty } from './dom.js'
import { Form } from './form/form.js'
import { reader } from './form/schema-field.js'
import { explain, FormError } from './run/problems.js'
import { KEY_PLACEHOLDER, run, type Target, type Task } from './run/run.js'
import { decodeLink, encodeLink } from './share.js'
import { startTheme } from './theme.js'
import { History } from './view/history.js'
import { copyText, Previews } from './view/previews.js'
import { ResultView } from './view/result.js'

startTheme()

/** The dev server writes where the local model listens into the page; a static page has no local model. */
const config = document.querySelector<HTMLMetaElement>('meta[name="playground-local-model"]')?.content
if (config) {
  const { baseURL, model } = JSON.parse(config) as { baseURL: string; model: string }
  addProvider(localModel(baseURL, model))
}

/** On a narrow screen the settings are lines that open. */
const wide = matchMedia('(min-width: 900px)')
const fold = () => {
  for (const id of ['setup', 'schema-box']) $<HTMLDetailsElement>(id).open = wide.matches
}
fold()
wide.addEventListener('change', fold)
makeScrollable(document)

/** Keys that were entered appear nowhere on the page. */
const redact = (text: string) =>
  [KEY_PLACEHOLDER, ...form.targets.map((fields) => fields.read().apiKey)]
    .filter(Boolean)
    .reduce((out, key) => out.replaceAll(key, '••••••••'), text)

let views: ResultView[] = []
const previews = new Previews(
  async () => ({ ...(await form.read()), language: form.schema.language, text: form.schema.text }),
  redact,
)
const form: Form = new Form(() => {
  // The constructor calls this before `form` exists.
  queueMicrotask(() => {
    arrange()
    previews.soon()
  })
})

/** One result per model, next to each other. */
function arrange(): void {
  const { targets } = form
  if (views.length !== targets.length && !running) {
    views = targets.map((_, i) => views[i] ?? new ResultView(redact))
    $('results').replaceChildren(...views.map(({ root }) => root))
  }
  if (running) return
  for (const [i, fields] of targets.entries()) {
    const { provider, model } = fields.read()
    views[i]?.title(`${provider.pace ? 'Recorded: ' : ''}${provider.label} · ${model}`)
  }
}

/** On a narrow screen the result is below the form, on a wide one it scrolls itself. */
function showOutput(): void {
  if (wide.matches) $('output').scrollTop = 0
  else $('output').scrollIntoView({ block: 'start' })
}

const past = new History(({ link, outcomes }) => {
  if (running) return
  form.restore(link)
  arrange()
  for (const [i, outcome] of outcomes.entries()) views[i]?.replay(outcome)
  showOutput()
  announce('done', 'An earlier run is shown.')
})

// -- runs --------------------------------------------------------------------------------------------------------

let running: AbortController | undefined

function announce(state: string, text: string): void {
  $('status').dataset.state = state
  $('status').textContent = text
}

async function runOne(
  task: Task,
  target: Target,
  view: ResultView,
  signal: AbortSignal,
): Promise<'done' | 'failed' | 'stopped'> {
  const { provider } = target
  view.start()
  try {
    const result = await run(task, target, view, signal)
    view.done(result)
    $('raw').textContent = redact(pretty(result.completion.raw))
    return 'done'
  } catch (error) {
    if (signal.aborted) {
      view.stopped()
      return 'stopped'
    }
    const problem = explain(error, provider)
    view.failed(problem)
    form.problem(problem, views.indexOf(view))
    return 'failed'
  }
}

const SUMMARY = { done: 'The object is complete and valid.', failed: 'The run failed.', stopped: 'Stopped.' }

async function start(byUser: boolean): Promise<void> {
  if (running) {
    // A second request costs tokens; a recording starts again.
    if (!form.targets.every(({ provider }) => provider.pace)) return
    running.abort()
  }
  const controller = new AbortController()
  const began = new Date()
  running = controller
  form.clearProblems()
  announce('running', byUser ? 'Running.' : '')
  $('stop').ariaDisabled = 'false'
  try {
    const read = await form.read()
    const targets = form.complete(read.targets)
    for (const fields of form.targets) fields.rememberKey()
    if (byUser) showOutput()
    const { link, title } = form
    const outcomes = await Promise.all(
      targets.map((target, i) => runOne(read.task, target, views[i]!, controller.signal)),
    )
    if (running !== controller) return
    past.add({ at: began, link, what: title, outcomes: views.flatMap(({ outcome }) => outcome ?? []) })
    const worst = (['failed', 'stopped', 'done'] as const).find((one) => outcomes.includes(one)) ?? 'done'
    announce(worst, byUser || worst !== 'done' ? SUMMARY[worst] : '')
  } catch (error) {
    const { provider } = form.targets[0]!
    const problem = explain(error, provider)
    form.problem(problem, error instanceof FormError ? error.target : 0)
    announce('failed', problem.text)
  } finally {
    if (running === controller) {
      running = undefined
      $('stop').ariaDisabled = 'true'
      arrange()
    }
  }
}

$('form').addEventListener('submit', (event) => {
  event.preventDefault()
  void start(true)
})
$('stop').addEventListener('click', () => running?.abort())
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') running?.abort()
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) $<HTMLFormElement>('form').requestSubmit()
})

$('share').addEventListener('click', () => {
  history.replaceState(null, '', encodeLink(form.link))
  void copyText(location.href, $('share'))
})
const open = () => {
  const link = decodeLink(location.hash)
  if (link) form.restore(link)
}
window.addEventListener('hashchange', open)
open()

arrange()
previews.soon()
document.documentElement.dataset.ready = ''
// The first run starts by itself, because it costs nothing, unless the visitor prefers no motion.
if (
  !matchMedia('(prefers-reduced-motion: reduce)').matches &&
  form.targets.every(({ provider }) => provider.pace)
)
  void start(false)
else void reader()
void form.schema.upgrade()
