// Rules about streams.
import { isDeepStrictEqual } from 'node:util'
import { isObject } from '../compare.mjs'
import { sampleOf, typed } from '../model.mjs'
import { fragments, partial, restreamed } from '../partial.mjs'
import { report, sameProblems } from '../pydantic.mjs'
import { expected } from '../python.mjs'
import { lastJson } from './answers.mjs'
import { calledWith } from './places.mjs'
import { eachSchema } from './requests.mjs'

const isPartial = (golden) => golden.call?.method.startsWith('create_partial')
const isIterable = (golden) => golden.call?.method.startsWith('create_iterable')
const isStream = (golden) => isPartial(golden) || isIterable(golden)

/** The scripted streams as lists of fragments, the last stream first: its value is the result. */
const played = (golden) =>
  golden.scripted_responses.map(({ stream }) => (typeof stream === 'string' ? fragments(stream) : []))
const whole = (golden) => played(golden).at(-1)?.join('') ?? ''

/** Whether a model object has at least the content of a partial value, and the rest is unset or a default. */
function shows(model, value) {
  if (Array.isArray(value)) {
    return (
      Array.isArray(model) &&
      model.length === value.length &&
      value.every((item, at) => shows(model[at], item))
    )
  }
  if (isObject(value))
    return isObject(model) && Object.keys(value).every((key) => shows(model[key], value[key]))
  return Object.is(model, value)
}

/** A value with the schema's defaults for missing properties. */
function defaulted(value, schema, root = schema) {
  const options = schema?.anyOf?.filter(({ type }) => type !== 'null')
  const one = options?.length === 1 ? options[0] : schema
  const at = one?.$ref ? root.$defs[one.$ref.split('/').pop()] : one
  if (Array.isArray(value)) return value.map((item) => defaulted(item, at?.items, root))
  if (!isObject(value) || !at?.properties) return value
  const filled = Object.entries(at.properties).flatMap(([key, member]) => {
    if (key in value) return [[key, defaulted(value[key], member, root)]]
    return 'default' in member ? [[key, member.default]] : []
  })
  const unknown = Object.entries(value).filter(([key]) => !(key in at.properties))
  return Object.fromEntries([...filled, ...unknown])
}

const distinct = (list) =>
  list.filter((item, at) => at === 0 || JSON.stringify(item) !== JSON.stringify(list[at - 1]))

/** The partial values after each fragment. */
function growth(pieces, options, trim = (text) => text) {
  let text = ''
  return pieces.map((piece) => {
    text += piece
    return partial(trim(text), options)
  })
}

/** Renames `PartialUser` to `User` in a tree. */
function unpartial(tree, { call }) {
  const plain = [call.response_model, ...Object.keys(call.json_schema_of_model.$defs ?? {})]
  const names = [...plain, 'IterableUserOrCompany', ...plain.map((name) => `Iterable${name}`)]
  const text = names.reduce((json, name) => json.replaceAll(`Partial${name}`, name), JSON.stringify(tree))
  return JSON.parse(text)
}

/**
 * For cases in which Python failed although it uses another provider's handlers: the same scenario with that provider
 * is the reference, except for the URL. (LiteLLM's synchronous streams fail before a chunk is read; some factories
 * drop `mode=`.)
 */
function meantAs(id, row, isIt) {
  return {
    id,
    row,
    play(golden) {
      if (!isIt(golden) || !golden.sibling) return golden
      return {
        ...golden.sibling,
        provider: golden.provider,
        model_string: golden.model_string,
        file: golden.file,
      }
    },
    apply({ theirs }, golden) {
      if (!isIt(golden) || !golden.sibling) return
      const { path, query, headers, body } = theirs.requests[0]
      Object.assign(theirs, expected(golden.sibling))
      for (const request of theirs.requests) {
        Object.assign(request, { path, query, headers })
        request.body.model = body.model
      }
      const { call, error, result, scripted_responses } = golden.sibling
      Object.assign(golden, { call, error, result, scripted_responses })
    },
  }
}

export const streams = [
  meantAs(
    'litellm-streams',
    16,
    ({ provider, error }) => provider === 'litellm' && error?.type === 'TypeError',
  ),
  meantAs('mode-is-honoured', 5, ({ scenario }) => scenario?.startsWith('Z_')),
  {
    // Python streams into a rewritten class: every name has the prefix `Partial`, and docstrings are lost. The
    // scripted answer has this name, too.
    id: 'one-model-streaming-or-not',
    row: 18,
    play(golden) {
      if (!isStream(golden)) return golden
      return { ...golden, scripted_responses: unpartial(golden.scripted_responses, golden) }
    },
    apply({ theirs }, golden) {
      if (!isStream(golden)) return
      theirs.requests = unpartial(theirs.requests, golden)
      theirs.outcome = unpartial(theirs.outcome, golden)
      if (!isPartial(golden)) return
      const own = golden.call.json_schema_of_model
      eachSchema(theirs, (schema, holder) => {
        if (own.description && 'title' in schema) schema.description = own.description
        for (const [name, { description }] of Object.entries(own.$defs ?? {})) {
          if (description && schema.$defs?.[name]) schema.$defs[name].description = description
        }
        if (own.description && holder?.description) holder.description = own.description
      })
    },
  },
  {
    id: 'stream-usage-asked-for',
    row: 23,
    apply({ ours }, golden) {
      if (!isStream(golden)) return
      for (const { body } of ours.requests) {
        if (body.stream === true && JSON.stringify(body.stream_options) === '{"include_usage":true}') {
          delete body.stream_options
        }
      }
    },
  },
  {
    // A stream whose text ends in the middle of its JSON: Python's last snapshot is its result.
    id: 'cut-streams-are-errors',
    row: 8,
    apply({ theirs, ours }, golden) {
      if (!isPartial(golden) || theirs.outcome?.value === undefined || lastJson(whole(golden)) !== undefined)
        return
      const message = "The stream ended before the answer's JSON was complete."
      if (ours.outcome?.error?.message === message)
        theirs.outcome = { error: { class: 'IncompleteOutputError', message } }
    },
  },
  {
    // Python validates streams, and what its SDKs have parsed already, as Python objects: an enum's text is "not an
    // instance".
    id: 'enums-are-json',
    row: 7,
    apply({ theirs }, golden) {
      const { error } = golden
      const messages = [error?.message, ...(error?.chain ?? []).map(({ message }) => message)]
      if (!golden.call || !messages.some((message) => message?.includes('[type=is_instance_of'))) return
      if (isPartial(golden)) {
        theirs.requests = theirs.requests.slice(0, 1)
        theirs.outcome = { value: lastJson(whole(golden)) }
        theirs.partials = growth(played(golden)[0] ?? [], { growing: true }, (text) => text.trim())
      } else {
        const value = calledWith(golden.scripted_responses.at(-1))
        if (value) theirs.outcome = { value: value.content ?? value }
      }
    },
  },
  {
    // For some providers, Python's reask during a stream crashes: it looks for the answer in the stream object.
    id: 'stream-reasks-work',
    row: 8,
    crashed: ({ error }) =>
      [...(error?.chain ?? []), ...(error?.failed_attempts ?? [])].some(({ message }) =>
        /object has no attribute|No choices in Writer|List should have at least 1 item|BaseModel.__init__/.test(
          message,
        ),
      ),
    play(golden) {
      const { scripted_responses: responses } = golden
      if (!isPartial(golden) || !this.crashed(golden) || responses.length !== 1) return golden
      const text = played(golden)[0].join('')
      const again = { ...responses[0], stream: restreamed(responses[0].stream, text.replace('"abc"', '25')) }
      return { ...golden, scripted_responses: [...responses, again] }
    },
    apply({ theirs }, golden) {
      if (!isPartial(golden) || !this.crashed(golden) || theirs.outcome.value !== undefined) return
      const scripted = this.play(golden).scripted_responses
      if (theirs.requests.length === 1) {
        const { message } = golden.error.chain.find(({ type }) => type === 'ValidationError')
        const again = structuredClone(theirs.requests[0])
        const reask = reaskOf(golden, message, played(golden)[0].join(''))
        if (again.body.contents) again.body.contents.push({ role: 'user', parts: [{ text: reask }] })
        else again.body.messages.push({ role: 'user', content: reask })
        theirs.requests.push(again)
      }
      // Python sends Writer the stream object's repr as the answer.
      for (const { body } of theirs.requests) {
        if (body.messages)
          body.messages = body.messages.filter(({ content }) => !/^<\S+ object at/.test(content))
      }
      theirs.outcome = { value: lastJson(fragments(scripted.at(-1).stream).join('')) }
      Object.assign(golden, { scripted_responses: scripted })
    },
  },
  {
    // In Python, Mistral's lists need their brackets in certain pieces.
    id: 'lists-arrive-in-any-pieces',
    row: 8,
    apply({ theirs }, golden) {
      if (!isIterable(golden) || theirs.outcome?.error?.class !== 'JSONDecodeError') return
      theirs.partials = lastJson(whole(golden)).tasks
      theirs.outcome = { value: theirs.partials }
    },
  },
  {
    id: 'snapshots',
    row: '8-10',
    apply({ theirs, ours }, golden) {
      if (!isPartial(golden) || golden.scripted_responses.length === 0) return
      const lists = played(golden).slice(0, theirs.requests.length)
      const python = growth(lists.at(-1) ?? [], { growing: true }, (text) => text.trim())
      // The first or last event of some providers yields another equal snapshot.
      const follows = (offset) =>
        theirs.partials.length <= python.length + offset + 1 &&
        theirs.partials.every(
          (model, at) => at < offset || shows(model, python[Math.min(at - offset, python.length - 1)] ?? {}),
        )
      if (golden.mode !== 'MD_JSON' && ![0, 1].some(follows)) return
      const schema = golden.call.json_schema_of_model
      const nothing = JSON.stringify(defaulted({}, schema))
      const shown = (list) => distinct(list.filter((snapshot) => JSON.stringify(snapshot) !== nothing))
      const mine = lists.flatMap((list) =>
        growth(list, { growing: false }, (text) => text.replace(/^[^{[]*/, '')),
      )
      theirs.partials = shown(mine.map((value) => defaulted(value ?? {}, schema)))
      ours.partials = shown(ours.partials.map((snapshot) => defaulted(snapshot, schema)))
    },
  },
  {
    // A stream that fails validation is a failed call.
    id: 'streams-fail-like-calls',
    row: 8,
    apply({ theirs }, golden) {
      const { error } = theirs.outcome ?? {}
      if (!isStream(golden) || error?.class !== 'ValidationError') return
      theirs.outcome.error = { class: 'InstructorRetryError', attempts: theirs.requests.length, last: error }
    },
  },
  {
    // A reask shows the model its streamed answer with the problems, as it does without streaming.
    id: 'stream-reasks-show-the-answer',
    row: 8,
    apply({ theirs }, golden) {
      if (!isPartial(golden)) return
      const lists = played(golden)
      const tools = golden.mode.includes('TOOLS')
      for (const [n, { body }] of theirs.requests.entries()) {
        const key = ['messages', 'input', 'contents'].find((name) => body[name])
        const from = theirs.requests[0].body[key]?.length
        const added = body[key]?.slice(from) ?? []
        if (
          added.length !== n ||
          added.some(
            (turn) => turn.role !== 'user' && !(key === 'contents' && !tools && turn.role === 'model'),
          )
        )
          continue
        const turns = added.flatMap((turn, at) =>
          answered(golden.scripted_responses[at].stream, lists[at].join(''), turn, golden),
        )
        body[key] = [...body[key].slice(0, from), ...turns]
      }
    },
  },
  {
    // Perplexity refuses two consecutive user turns, so a reask without an answer to show is joined to the last one.
    // Split again, it is compared as for the other providers.
    id: 'perplexity-turns-alternate',
    row: undefined,
    apply({ theirs, ours }, { provider }) {
      if (provider !== 'perplexity') return
      const asked = theirs.requests?.[0]?.body.messages?.at(-1)?.content
      for (const { body } of ours.requests?.slice(1) ?? []) {
        const last = body.messages.at(-1)
        if (typeof asked !== 'string' || !last.content.startsWith(`${asked}\n\n`)) continue
        const content = last.content.slice(asked.length + 2)
        body.messages = [
          ...body.messages.slice(0, -1),
          { ...last, content: asked },
          { ...last, content: content },
        ]
      }
    },
  },
  {
    // The elements before an invalid one are delivered; then only the rest is requested.
    id: 'lists-are-completed',
    row: 8,
    /** The elements before the invalid one, and a valid one in its place. */
    good(golden) {
      const schema = golden.call.json_schema_of_model
      const given = lastJson(played(golden)[0].join(''))
      const elements = given?.tasks ?? given ?? []
      const bad = elements.findIndex((element) => typed(schema, element).length > 0)
      return [...elements.slice(0, bad), another(sampleOf(schema))]
    },
    failed: (golden) =>
      isIterable(golden) && golden.error?.type === 'ValidationError' && golden.call.kwargs.max_retries > 0,
    play(golden) {
      if (!this.failed(golden)) return golden
      const [first] = golden.scripted_responses
      const content = played(golden)[0].join('')
      const rest = JSON.stringify({ tasks: this.good(golden).slice(-1) })
      const again = {
        ...first,
        stream: restreamed(
          first.stream,
          content.replace(/\{[\s\S]*\}/, () => rest),
        ),
      }
      return { ...golden, scripted_responses: [first, again] }
    },
    apply({ theirs, ours }, golden) {
      if (!this.failed(golden) || !ours.requests[1]) return
      const reported = report(golden.error.message)
      const [before] = theirs.requests
      const key = ['messages', 'input', 'contents'].find((name) => before.body[name])
      const turn = ours.requests[1].body[key]?.at(-1)
      const content = turn?.parts?.[0].text ?? turn?.content
      const text = typeof content === 'string' ? content : ''
      const good = this.good(golden)
      const accepted = good.length - 1
      const [, opening, name, line, count, shown, wrong, after] = listReask.exec(text) ?? []
      if (name !== golden.call.response_model || Number(count) !== accepted) return
      // The accepted elements and the invalid one are quoted, since the answer was interrupted.
      if (!sameJson(shown, good.slice(0, accepted)) || !sameElement(wrong, played(golden)[0].join(''))) return
      const path = (inner) => `tasks.${accepted}.${inner}`
      const problems = reported.problems.map((problem) => ({ ...problem, path: path(problem.path) }))
      if (turn?.role !== 'user' || !sameProblems(problems, [line]) || !framed(golden, opening, after)) return
      const again = structuredClone(before)
      again.body[key].push(turn)
      theirs.requests = [before, again]
      theirs.outcome = { value: good }
      theirs.partials = good
    },
  },
]

/** An element that was not delivered yet: a repeated one is dropped. */
const another = (sample) => {
  const texts = Object.entries(sample).filter(([, value]) => typeof value === 'string')
  return { ...sample, ...Object.fromEntries(texts.map(([key, value]) => [key, `${value} II`])) }
}

const sameJson = (text, value) => isDeepStrictEqual(JSON.parse(text), value)

/** Whether an element is in the answer as it was replayed. */
const sameElement = (text, answer) =>
  answer.replace(/\s/g, '').includes(JSON.stringify(JSON.parse(text)).replace(/\s/g, ''))

/** The reask of a list: its frame, the line with the problem, the accepted elements. */
const listReask =
  /^([\s\S]*?)1 validation error for Iterable(\w+)\n(.*)\nThe first (\d+) elements are accepted: do not repeat them\. Give the element with the error corrected, and the elements that are still missing\.\nAccepted: (.*)\nWith the error: (.*?)((?:\nRecall[\s\S]*)?)$/

/** Whether the reask of a list has the frame of its provider's reasks; there is no attempt to show. */
function framed(golden, opening, after) {
  const tools = [['Validation Error found:\n', '\nRecall the function correctly, fix the errors']]
  const found = ['Recall the function correctly, fix the errors, exceptions found\n', '']
  const json = [reaskOf(golden, '‹›', '').split('‹›'), found]
  // These quote the attempt in another place.
  const quoting = /^(google|gemini|vertexai|anthropic|cohere)/.test(golden.provider)
  const frames = golden.mode.includes('TOOLS') || quoting ? tools : json
  return frames.some(([first, last]) => first === opening && last === after)
}

/** The frame of a reask in each API family. */
function reaskOf({ provider, mode }, problems, text) {
  if (provider.startsWith('anthropic') && !mode.includes('TOOLS')) {
    return `Validation Errors found:\n${problems}\nRecall the function correctly, fix the errors found in the following attempt:\n${text}`
  }
  if (mode.includes('TOOLS') || ['mistral', 'vertexai'].includes(provider)) {
    return `Validation Error found:\n${problems}\nRecall the function correctly, fix the errors`
  }
  return `Correct your JSON ONLY RESPONSE, based on the following errors:\n${problems}`
}

/** The turns that show a streamed answer and its problems: what Python sends for an unstreamed answer. */
function answered(stream, text, turn, { provider, mode }) {
  const [, name] = /"name": ?"(?:Partial)?(\w+)"/.exec(stream) ?? []
  const id = (pattern) => pattern.exec(stream)?.[1]
  const tool = mode.includes('TOOLS')
  const problems = turn.content ?? turn.parts?.[0].text
  if (provider === 'anthropic' && tool) {
    const use = id(/"id": ?"(toolu_\w+)"/)
    return [
      { role: 'assistant', content: [{ type: 'tool_use', id: use, name, input: JSON.parse(text) }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: use, content: problems, is_error: true }],
      },
    ]
  }
  // The turn contains the answer already.
  if (provider.startsWith('anthropic')) return [turn]
  if (/^(google|gemini|vertexai)/.test(provider)) {
    // Python has its schema prompt in place of the attempt.
    const frame = problems.replace(/ in the following attempt:\n[\s\S]*$/, '')
    if (!tool) return [{ role: 'user', parts: [{ text: `${frame} in the following attempt:\n${text}` }] }]
    return [
      { role: 'model', parts: [{ functionCall: { name, args: JSON.parse(text) } }] },
      { role: 'user', parts: [{ functionResponse: { name, response: { error: problems } } }] },
    ]
  }
  if (mode === 'RESPONSES_TOOLS') {
    return [
      {
        ...turn,
        content: `${problems} with ${text} (tool call name=${name}, id=${id(/"id": ?"(fc_\w+)"/)})`,
      },
    ]
  }
  const call = id(/"id": ?"(call_\w+)"/)
  if (!call) return [{ role: 'assistant', content: text }, turn]
  const calls = [{ id: call, type: 'function', function: { name, arguments: text } }]
  const assistant = { role: 'assistant', content: '', tool_calls: calls }
  return [
    assistant,
    provider === 'writer' ? turn : { role: 'tool', tool_call_id: call, name, content: problems },
  ]
}
