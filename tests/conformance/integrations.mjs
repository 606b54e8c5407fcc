// The examples of Python Instructor's documentation for every provider (integrations/pages.mjs), as calls of this package with
// answers in the provider's own format: the value, the address, the header of the key, the fields of the mode.
import { fromProvider } from 'instructor-wasm'
import { contains, same, short } from './facts.mjs'
import { CALLS } from './integrations/calls.mjs'
import { EXAMPLES } from './integrations/examples.mjs'
import { pages, without } from './integrations/pages.mjs'
import { callsTools, misshapen, prompts } from './integrations/shapes.mjs'
import { server } from './integrations/wire.mjs'

export async function integrations({ case: filter } = {}) {
  const different = []
  let run = 0
  console.log('\nexamples of Python Instructor’s documentation')
  for (const page of pages) {
    let rows = 0
    for (const [heading, kind, own = {}] of page.rows) {
      if (filter && !`${page.page} ${heading}`.includes(filter)) continue
      rows += 1
      const shared = EXAMPLES[kind]
      const problems = await example(page, { ...shared, ...own, params: { ...shared.params, ...own.params } })
      if (problems.length) different.push(`different: ${page.page}: ${heading}\n  ${problems.join('\n  ')}`)
    }
    run += rows
    if (rows) console.log(`  ${page.page.padEnd(30)}${page.model.padEnd(56)}${String(rows).padStart(4)}`)
  }
  for (const line of different) console.log(line)
  for (const [names, why] of without) console.log(`  not covered: ${names}: ${why}`)
  const equal = run - different.length
  return {
    ok: different.length === 0,
    lines: [`integrations: pages ${pages.length}, run ${run}, equal ${equal}, different ${different.length}`],
  }
}

/** The problems of one example. */
async function example(page, row) {
  const provider = page.model.slice(0, page.model.indexOf('/'))
  const model = row.model ? `${provider}/${row.model}` : page.model
  const mode = row.mode ?? page.mode
  const options = { apiKey: 'key', env: {}, ...page.options, ...(mode ? { mode } : {}) }
  const shape = row.calls ? 'PARALLEL_TOOLS' : (row.as ?? mode ?? fromProvider(model, options).mode)
  const { fetch, requests } = server(page.wire, answersOf(row, shape))
  const client = fromProvider(model, { ...options, fetch })
  const { seen, handler } = hooked(client, row)
  if (row.rewrites === false) client.off('completion:kwargs', handler)
  const { messages, params, schema: responseModel } = row
  let value
  try {
    value = await CALLS[row.call ?? 'create'](client, { responseModel, messages, ...params }, seen)
  } catch (error) {
    return [`failed: ${error.message}`]
  }
  return [
    ...(same(value, resultOf(row)) ? [] : [`value: expected ${short(resultOf(row))}, got ${short(value)}`]),
    ...request(page, row, shape, requests[0]),
    ...rest(page, row, shape, seen, requests),
  ]
}

const resultOf = ({ value, answers, calls }) =>
  calls ? calls.map((call) => call.arguments) : (value ?? answers?.at(-1))

/** The tool has the name of the model. */
const toolOf = ({ tool, schema }) => tool ?? schema?.meta()?.title ?? 'User'

/** The answers in the form of the mode: the call of the tool, or a text. */
function answersOf(row, shape) {
  const { calls, answers, answer, value, call, reasoning, others, judgement } = row
  if (calls) return [{ calls }]
  const tool = toolOf(row)
  const given = (answers ?? [answer ?? value]).map((one) => (call === 'iterable' ? { tasks: one } : one))
  const named = given.map((one) => ({ name: tool, arguments: one }))
  if (judgement) named.push({ name: 'Validator', arguments: judgement })
  return named.map((one) => {
    const text = JSON.stringify(one.arguments)
    const form = callsTools(shape)
      ? { calls: [one] }
      : { text: shape === 'MD_JSON' ? `\`\`\`json\n${text}\n\`\`\`` : text }
    return { ...form, reasoning, others }
  })
}

/** Counts invalid answers, and replaces the image of a request if the row requires it. */
function hooked(client, { rewrites }) {
  const seen = { invalid: 0 }
  client.on('parse:error', () => {
    seen.invalid += 1
  })
  const handler = ({ messages }) => {
    messages[0].content[1] = { type: 'text', text: 'A small picture' }
  }
  if (rewrites !== undefined) client.on('completion:kwargs', handler)
  return { seen, handler }
}

/** Problems of the first request. */
function request(page, row, mode, { url, headers, body }) {
  const found = []
  const { pathname } = new URL(url)
  const path = body.stream || /:stream/.test(pathname) ? (page.streamPath ?? page.path) : page.path
  const wanted = row.model ? undefined : path
  if (wanted && pathname !== wanted) found.push(`path: expected ${wanted}, got ${pathname}`)
  for (const [name, value] of Object.entries(page.header))
    if (!headers[name]?.startsWith(value)) found.push(`header ${name}: ${headers[name]}`)
  const tool = toolOf(row)
  const names = row.calls?.map(({ name }) => name)
  found.push(
    ...misshapen(body, { wire: page.wire, mode, tool: names ?? tool, choice: choiceOf(page, row, tool) }),
  )
  const text = JSON.stringify(body)
  if (prompts(mode) && page.wire !== 'gemini' && !/\bage\b|\bstreet\b/.test(text))
    found.push('the prompt has no schema')
  for (const [place, part] of [
    ['sent', body],
    ['sentMessages', body.messages],
    ['sentParts', body.contents?.[0].parts],
  ])
    if (row[place] && !contains(part, row[place]))
      found.push(`${place}: expected ${short(row[place])}, got ${short(part)}`)
  if (row.rendered && !text.includes(row.rendered)) found.push(`not rendered: ${short(body)}`)
  return found
}

const choiceOf = ({ choice }, row, tool) => ('choice' in row ? row.choice : choice(tool))

/** What else the row states. */
function rest(page, row, shape, seen, requests) {
  const { answers, usage, reasoning, call, rewrites, judgement } = row
  const found = []
  const failed = answers ? answers.length - 1 : 0
  if (seen.invalid !== failed) found.push(`invalid answers: expected ${failed}, got ${seen.invalid}`)
  if (judgement && requests.length !== 2) found.push(`requests: expected 2, got ${requests.length}`)
  if (usage && !contains(seen.completion?.usage, usage)) found.push(`usage: ${short(seen.completion?.usage)}`)
  if (reasoning && seen.completion && seen.completion.reasoning !== reasoning)
    found.push(`reasoning: ${seen.completion.reasoning}`)
  // Gemini sends the arguments of a call in one event.
  const least = page.wire === 'gemini' && callsTools(shape) ? 1 : 3
  if (call === 'partial' && !(seen.snapshots.length >= least))
    found.push(`snapshots: ${short(seen.snapshots)}`)
  const replaced = JSON.stringify(requests[0].body).includes('A small picture')
  if (rewrites !== undefined && replaced !== rewrites) found.push(`the hook changed the request: ${replaced}`)
  return found
}
