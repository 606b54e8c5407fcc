// What a row states, read from what was seen: one function for each kind of fact.
import { readPartial } from 'instructor-wasm'
import { schemaOf } from '../../runtimes/pages/sample.mjs'
import { walk } from '../golden/compare.mjs'

const parsed = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
const systemOf = ({ body }) => body.messages.find(({ role }) => role === 'system')?.content ?? ''
const inner = (error) =>
  error?.name === 'InstructorRetryError' && error.cause instanceof Error ? error.cause : error

const KINDS = {
  ResponseParsingError: 'no json',
  IncompleteOutputError: 'incomplete',
  NetworkError: 'connection',
  ProviderError: 'server',
  ConfigurationError: 'configuration',
  RefusalError: 'refusal',
}

/** `no json`: the answer has no JSON, or it is broken. `no match`: it does not match the schema. */
export function kindOf(error) {
  const cause = inner(error)
  if (cause?.name !== 'ValidationError') return KINDS[cause?.name] ?? cause?.name
  return /Invalid JSON/.test(cause.message) ? 'no json' : 'no match'
}

function errorFacts(error) {
  const cause = inner(error)
  const last = error.lastCompletion ?? error.attempts?.at(-1)?.raw
  const [choice] = last?.choices ?? []
  return {
    kind: kindOf(error),
    id: last?.id,
    finish: choice?.finish_reason,
    tokens: error.totalUsage?.totalTokens,
    text: choice?.message?.content,
    issues: cause?.issues?.map(({ message }) => message),
    paths: cause?.issues?.map(({ path }) => path.join('.')),
    names: error.message.match(/\b\w+\b/g),
  }
}

/** Every object of the value has the usual prototype. */
function pollutes(value) {
  let found = false
  walk(value, (part) => {
    if (typeof part === 'object' && part !== null && !Array.isArray(part))
      found ||= Object.getPrototypeOf(part) !== Object.prototype
  })
  return found || 'x' in {} || 'y' in {}
}

const target = (root, reference) =>
  reference
    .slice(2)
    .split('/')
    .reduce((at, step) => at?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], root)

/** Whether the path of properties leads to itself through references. */
function recursive(root, path) {
  const step = (schema, name) => {
    let at = schema
    while (at?.$ref) at = target(root, at.$ref)
    at = at?.properties?.[name]
    while (at?.$ref ?? at?.items) at = at.$ref ? target(root, at.$ref) : at.items
    return at
  }
  const found = path.reduce(step, root)
  return found !== undefined && step(found, path.at(-1)) === found ? path : []
}

function objectsOf(schema) {
  const found = []
  walk(schema, (part) => {
    if (part?.properties && typeof part.properties === 'object' && !Array.isArray(part)) found.push(part)
  })
  return found
}

const event = ({ events }, name) => events.filter(([one]) => one === name).map(([, about]) => about)

/** Each gets what was seen, what is expected, and the row. */
export const FACTS = {
  value: ({ value }) => value,
  error: ({ error }, expected) => {
    const facts = error ? errorFacts(error) : undefined
    // The words of a message that matter.
    if (facts && expected?.names) facts.names = expected.names.filter((name) => facts.names.includes(name))
    return facts
  },
  snapshots: ({ snapshots }) => snapshots,
  elements: ({ elements }) => elements,
  partial: ({ snapshots }, _, { under }) => {
    const last = snapshots.at(-1)
    return under ? last?.[under] : last
  },
  firstSnapshot: ({ snapshots }) => snapshots[0],
  lastSnapshot: ({ snapshots }) => snapshots.at(-1),
  firstKeys: ({ snapshots }) => Object.keys(snapshots[0]),
  titles: ({ snapshots }, expected) =>
    expected.filter((title) => snapshots.some((snapshot) => snapshot.title === title)),
  labels: ({ snapshots }, expected) =>
    expected.filter((label) => snapshots.some(({ items }) => items?.at(-1)?.label === label)),
  nulls: ({ snapshots }) => JSON.stringify(snapshots).includes(':null'),
  completedPaths: ({ patches }, expected) =>
    expected.filter((wanted) => patches.some(({ done, path }) => done && path.join('.') === wanted)),
  cancelled: ({ requests }) => requests[0].cancelled === true,
  text: ({ completion }) => completion?.text ?? '',
  reasoning: ({ completion }) => completion?.reasoning,
  finish: ({ completion }) => completion?.finishReason,
  tokens: ({ completion }) => completion?.usage.totalTokens,
  raw: ({ completion }) => completion?.raw,
  response: ({ completion }) => ({ id: completion?.raw?.id, model: completion?.model }),
  rawArguments: ({ completion }) =>
    parsed(completion?.raw?.choices[0].message.tool_calls[0].function.arguments),
  repairedBy: ({ completion }) => (completion?.coercions.length ? 'the parser' : 'nothing'),
  json: async ({ value }) => Response.json(value).text(),
  pollutes: ({ value }) => pollutes(value),
  requests: ({ requests }) => requests.length,
  sent: ({ requests }) => requests[0].body,
  headers: ({ requests }) => requests[0].headers,
  messages: ({ requests }) => requests[0].body.messages,
  /** What the request calls the answer. A description is in the schema, which all APIs read. */
  named: ({ requests }) => {
    const { name, schema } = requests[0].body.response_format.json_schema
    return { name, description: schema.description }
  },
  schema: ({ requests }) => schemaOf(requests[0].body),
  recursive: ({ requests }, path) => recursive(schemaOf(requests[0].body), path),
  references: ({ requests }) => {
    const root = schemaOf(requests[0].body)
    const found = []
    walk(root, (part) => {
      if (typeof part?.$ref === 'string') found.push(target(root, part.$ref)?.type)
    })
    return found
  },
  objects: ({ requests }) => objectsOf(schemaOf(requests[0].body)).length,
  open: ({ requests }) =>
    objectsOf(schemaOf(requests[0].body)).filter(({ additionalProperties }) => additionalProperties !== false)
      .length,
  roles: ({ requests }) => requests[0].body.messages.map(({ role }) => role),
  systemBegins: ({ requests: [first] }, { length }) => systemOf(first).slice(0, length),
  systemEnds: ({ requests: [first] }, { length }) => systemOf(first).trimEnd().slice(-length),
  describes: ({ requests: [first] }, names) => names.filter((name) => systemOf(first).includes(name)),
  demandsJson: ({ requests: [first] }) => /json/i.test(systemOf(first)),
  others: ({ requests: [first] }) =>
    first.body.messages.filter(({ role }) => role !== 'system').map(({ content }) => content),
  messagesUnchanged: ({ messagesUnchanged }) => messagesUnchanged,
  requestKnown: (seen) => {
    const [told] = event(seen, 'completion:kwargs')
    return JSON.stringify(told) === JSON.stringify(seen.requests[0].body)
  },
  told: (seen) => event(seen, 'completion:error').map((error) => error.cause?.message ?? error.message),
  ended: (seen) => {
    const [outcome] = event(seen, 'completion:end')
    const tokens = event(seen, 'completion:usage').at(-1)?.totalTokens
    return outcome?.error ? { error: kindOf(outcome.error), tokens } : { value: seen.value, tokens }
  },
  thinking: ({ meta }) => meta?.thinking ?? '',
  threw: ({ error }) => error?.name,
  failed: ({ error }) => error !== undefined,
  logged: ({ logged }) => logged.length > 0,
  passed: ({ passed }) => passed,
  usageKnown: ({ meta }) => meta?.usage?.total_tokens > 0,
  /** The text in the second request. */
  reports: ({ requests }, text) => (JSON.stringify(requests[1].body).includes(text) ? text : undefined),
  reported: (seen) =>
    event(seen, 'parse:error').flatMap((error) => error.issues.map(({ path }) => path.join('.'))),
  unhandled: ({ unhandled }) => unhandled,
  loopEnds: ({ loopEnds }) => loopEnds,
  relayed: async (seen) => readPartial(seen.relay()).final(),
  relayType: (seen) => {
    const response = seen.relay()
    response.body.cancel()
    return response.headers.get('content-type')
  },
}

/** Facts of which a row states a part. */
export const PARTIAL = new Set(['error', 'raw', 'response', 'sent', 'headers', 'schema', 'messages', 'ended'])
