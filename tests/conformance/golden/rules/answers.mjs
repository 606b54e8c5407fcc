// Rules about the handling of answers.
import { isObject, pairStrings } from '../compare.mjs'
import { sampleOf } from '../model.mjs'
import { ourPrompt } from '../prompts.mjs'
import { expected } from '../python.mjs'
import { readsAsPython } from '../reading.mjs'
import { finishOf, sent, textOf, uncalled, withCall } from './places.mjs'

const incomplete = 'The output is incomplete due to a max_tokens length limit.'

/** Advice that our message appends to Python's text. */
const advice = /^( Raise maxTokens, or ask for less\.|\. Did you mean "[^"]+"\?)$/

/** The last whole JSON object or array in a text. */
export function lastJson(text) {
  let found
  for (let from = 0; from < text.length; from += 1) {
    if (!'{['.includes(text[from])) continue
    for (let end = text.length; end > from; end -= 1) {
      if (!'}]'.includes(text[end - 1])) continue
      try {
        found = JSON.parse(text.slice(from, end))
        from = end - 1
        break
      } catch {}
    }
  }
  return found
}

/** Whether `value` contains everything in `wire` (SDK objects add nulls and defaults). */
function contains(value, wire) {
  if (Array.isArray(wire))
    return Array.isArray(value) && wire.every((item, index) => contains(value[index], item))
  if (isObject(wire))
    return isObject(value) && Object.keys(wire).every((key) => contains(value[key], wire[key]))
  return Object.is(value ?? null, wire)
}

/** The part of a value that the response model keeps: the properties in its schema. */
function known(value, schema, root = schema) {
  const at = schema?.$ref ? root.$defs[schema.$ref.split('/').pop()] : schema
  if (Array.isArray(value)) return value.map((item) => known(item, at?.items, root))
  if (!isObject(value) || !at?.properties) return value
  const kept = Object.entries(value).filter(([key]) => key in at.properties)
  return Object.fromEntries(kept.map(([key, item]) => [key, known(item, at.properties[key], root)]))
}

/** The unknown keys of a flat value, as written in the answer. */
const additions = (value, { properties }) =>
  isObject(value) && properties
    ? Object.keys(value)
        .filter((key) => !(key in properties))
        .map((key) => `"${key}":${JSON.stringify(value[key])}`)
    : []

const paired = (theirs = [], ours = []) => theirs.map((item, at) => [item, ours[at]])
const retried = (error) => error?.class === 'InstructorRetryError'
const answer = (golden) => golden.scripted_responses?.at(-1)

export const answers = [
  {
    // An HTTP error is not an invalid answer: it has its own class, and its message contains the server's.
    id: 'http-errors-are-provider-errors',
    row: 'api',
    apply({ theirs, ours }, golden) {
      for (const [python, mine] of [...paired(theirs.events, ours.events), [theirs.outcome, ours.outcome]]) {
        const failure = python?.error?.last ?? python?.error
        const match = /^Error code: (\d+) - .*'message': '([^']+)'/.exec(failure?.message ?? '')
        if (!match || mine?.error?.class !== 'ProviderError') continue
        const [, status, words] = match
        const [vendor, variable] =
          golden.provider === 'anthropic' ? ['Anthropic', 'ANTHROPIC'] : ['OpenAI', 'OPENAI']
        const message = `${vendor} answered ${status}: ${words}. Check the key: \`apiKey\`, or ${variable}_API_KEY in the environment.`
        python.error = { class: 'ProviderError', message }
      }
    },
  },
  {
    id: 'parallel-takes-a-list',
    row: 'api',
    apply({ theirs }) {
      const python = theirs.outcome?.error
      if (python?.class !== 'TypeError' || !python.message.startsWith('Model should be with Iterable')) return
      theirs.outcome.error = {
        class: 'ConfigurationError',
        message: 'PARALLEL_TOOLS needs an array of response models, e.g. responseModel: [Weather, Search].',
      }
    },
  },
  {
    id: 'raw-answer-is-the-wire',
    row: 'api',
    apply({ theirs }, golden) {
      if (golden.call?.response_model !== null || !theirs.outcome.value) return
      const wire = answer(golden)?.body
      if (wire && contains(theirs.outcome.value, wire)) theirs.outcome.value = wire
    },
  },
  {
    id: 'extra-fields-kept',
    row: 24,
    apply({ ours }, golden) {
      if (ours.outcome?.value === undefined || !golden.call?.json_schema_of_model) return
      const scripted = JSON.stringify(golden.scripted_responses ?? '')
        .replace(/\\+"/g, '"')
        .replace(/": /g, '":')
      if (
        !additions(ours.outcome.value, golden.call.json_schema_of_model).every((one) =>
          scripted.includes(one),
        )
      )
        return
      ours.outcome.value = known(ours.outcome.value, golden.call.json_schema_of_model)
    },
  },
  {
    id: 'fences-unwrapped',
    row: 21,
    apply({ theirs }, golden) {
      const native = ['JSON', 'JSON_SCHEMA', ...(golden.provider === 'vertexai' ? ['MD_JSON'] : [])]
      if (!native.includes(golden.mode) || !retried(theirs.outcome?.error)) return
      const text = textOf(answer(golden))
      const value = text === undefined ? undefined : lastJson(text)
      if (value !== undefined && theirs.outcome.error.last?.message.includes('Invalid JSON'))
        theirs.outcome = { value }
    },
  },
  {
    id: 'responses-text-format-read',
    row: 21,
    apply(pair, golden) {
      if (golden.mode !== 'RESPONSES_TOOLS') return
      const { theirs } = pair
      const text = retried(theirs.outcome?.error) ? textOf(answer(golden)) : undefined
      const value = text === undefined ? undefined : lastJson(text)
      if (value !== undefined) theirs.outcome = { value }
      // A text without JSON is reported as such.
      pairStrings(pair.theirs, pair.ours, (python, mine) => {
        const renamed = python.replace(
          'No choices in OpenAI response (mode: responses_tools)',
          'Invalid JSON: expected value at line 1 column 1',
        )
        return renamed === mine ? mine : undefined
      })
    },
  },
  {
    id: 'truncation-everywhere',
    row: 22,
    apply({ theirs }, golden) {
      if (theirs.outcome?.error?.class === 'IncompleteOutputError') return
      // The handlers then receive the same arguments as for the providers that are checked.
      if (golden.scenario === 'S_hooks_truncated' && golden.sibling?.error) {
        const { events, outcome, requests } = expected(golden.sibling)
        const keys = theirs.events[0].keys
        Object.assign(theirs, { outcome, requests })
        theirs.events = events.map((one) => (one.keys ? { ...one, keys } : one))
        return
      }
      const cut = (golden.scripted_responses ?? []).findIndex((response) => finishOf(response) === 'length')
      if (cut < 0 || golden.call.response_model === null) return
      theirs.outcome = { error: { class: 'IncompleteOutputError', message: incomplete } }
      theirs.requests = theirs.requests.slice(0, cut + 1)
    },
  },
  {
    id: 'cut-answers-are-read',
    row: 22,
    apply({ theirs, ours }, golden) {
      if (readsAsPython() || theirs.outcome?.error?.class !== 'IncompleteOutputError') return
      const inPrompt = JSON.stringify(sent(ours)).includes(JSON.stringify(ourPrompt).slice(1, -1))
      if (!golden.hasPrompt && !inPrompt) return
      const text = textOf(answer(golden))
      const value = text === undefined ? undefined : lastJson(text)
      const { required = [] } = golden.call.json_schema_of_model ?? {}
      if (isObject(value) && required.every((key) => key in value)) theirs.outcome = { value }
    },
  },
  {
    // Python's reask looks for missing tool calls and crashes: with a KeyError for Mistral, with an assertion for Google.
    id: 'text-answer-is-reasked',
    row: 6,
    crashed: (golden) =>
      golden.call?.kwargs.max_retries > 0 &&
      golden.requests.length === 1 &&
      golden.error?.chain?.some(({ type, message }) => type === 'KeyError' || uncalled.test(message)),
    play(golden) {
      if (!this.crashed(golden)) return golden
      const value = sampleOf(golden.call.json_schema_of_model)
      const again = golden.provider === 'mistral' ? withCall(golden, value) : { reply: { value } }
      return { ...golden, scripted_responses: [...golden.scripted_responses, again] }
    },
    apply({ theirs }, golden) {
      if (!this.crashed(golden)) {
        if (theirs.outcome?.error?.last?.class === 'KeyError') theirs.outcome.error.last = failed(golden)
        return
      }
      const again = structuredClone(theirs.requests[0])
      const text = textOf(golden.scripted_responses[0])
      const report = `Validation Error found:\n${failed(golden).message}\nRecall the function correctly, fix the errors`
      if (again.body.contents) {
        const turn = (role, said) => ({ role, parts: [{ text: said }] })
        again.body.contents.push(turn('model', text), turn('user', report))
      } else again.body.messages.push({ role: 'assistant', content: text }, { role: 'user', content: report })
      theirs.requests.push(again)
      theirs.outcome = { value: sampleOf(golden.call.json_schema_of_model) }
    },
  },
  {
    id: 'message-says-what-to-do',
    row: 'api',
    apply({ theirs, ours }) {
      const [python, mine] = [theirs.error ?? theirs.outcome?.error, ours.error ?? ours.outcome?.error]
      if (!python?.message || !mine?.message?.startsWith(python.message)) return
      if (advice.test(mine.message.slice(python.message.length))) mine.message = python.message
    },
  },
]

/** The failure that caused a reask that crashed. */
function failed({ error, mode }) {
  const found = error.chain.find(({ type }) => type === 'ResponseParsingError')
  const own = uncalled.test(found?.message ?? '') ? undefined : found?.message
  const message = own ?? `No tool calls or function call found in response (mode: ${mode})`
  return { class: 'ResponseParsingError', message }
}
