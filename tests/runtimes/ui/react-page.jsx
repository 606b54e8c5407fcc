/** Components of an app. The test calls `globalThis.scenes`, and reads what a user would see. */
import { fromProvider } from 'instructor-wasm'
import { useIterable, useObject } from 'instructor-wasm/react'
import { scripted } from 'instructor-wasm/test'
import { memo, StrictMode, Suspense, useState, version } from 'react'
import { createRoot } from 'react-dom/client'
import * as z from 'zod'

const RowModel = z.object({ id: z.number(), name: z.string(), note: z.string() })
const Report = z.object({ title: z.string(), rows: z.array(RowModel) })

const until = async (holds, what) => {
  for (let i = 0; i < 2000; i++) {
    if (holds()) return
    await new Promise((done) => setTimeout(done, 5))
  }
  throw new Error(`waited in vain for ${what}`)
}

/** Mounts a component; `hook` is what its hook returned last. */
function mount(Component, { strict = false } = {}) {
  const element = document.createElement('div')
  document.body.append(element)
  const root = createRoot(element)
  const view = { element, root, states: [] }
  const app = <Component seen={(hook) => view.states.push((view.hook = hook))} />
  root.render(strict ? <StrictMode>{app}</StrictMode> : app)
  return view
}

/** A component over a hook, whose options may change. */
const over = (useHook, options, Body = () => null) =>
  function View({ seen }) {
    const hook = useHook(options)
    seen(hook)
    return <Body {...hook} />
  }

const relay = { url: '/api', model: 'report', responseModel: Report, throttle: 0 }
const post = (input, signal) =>
  fetch('/api', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'report', input }),
    signal,
  })

/** Rows that count their renders. */
function counted() {
  const renders = new Map()
  const Row = memo(({ row, i }) => {
    renders.set(i, (renders.get(i) ?? 0) + 1)
    return (
      <li>
        {row.id} {row.name} {row.note}
      </li>
    )
  })
  const List = ({ rows = [] }) => (
    <ul>
      {rows.map((row, i) => (
        <Row key={i} i={i} row={row} />
      ))}
    </ul>
  )
  return { renders, List }
}

const scenes = {
  async rows() {
    const { renders, List } = counted()
    const view = mount(over(useObject, relay, ({ object }) => <List rows={object?.rows} />))
    await until(() => view.hook, 'the hook')
    const idle = { ...view.hook, submit: undefined, stop: undefined }
    const value = await view.hook.submit({ n: 200, pace: 2 })
    await until(() => view.hook.status === 'done', 'the end')
    return {
      version,
      idle,
      rows: value.rows.length,
      shown: view.element.querySelectorAll('li').length,
      last: view.element.querySelector('li:last-child').textContent,
      snapshots: view.states.length,
      most: Math.max(...renders.values()),
      attempts: view.hook.attempts,
      tokens: view.hook.completion.usage.totalTokens,
    }
  },

  async elements() {
    const { renders, List } = counted()
    const options = { url: '/api', model: 'rows', responseModel: RowModel }
    const view = mount(over(useIterable, options, ({ items }) => <List rows={items} />))
    await until(() => view.hook, 'the hook')
    const idle = view.hook.items
    await view.hook.submit({ n: 200 })
    await until(() => view.element.querySelectorAll('li').length === 200, '200 rows')
    return { idle, status: view.hook.status, renders: [...new Set(renders.values())] }
  },

  async strict() {
    const seen = []
    const Body = ({ object }) => <b>{object?.rows?.length}</b>
    const view = mount(
      over(useObject, { ...relay, onFinish: (value) => seen.push(value.rows.length) }, Body),
      {
        strict: true,
      },
    )
    await until(() => view.hook, 'the hook')
    await view.hook.submit({ n: 5 })
    await until(() => view.element.textContent === '5', 'five rows')
    // A response can be read only once.
    const given = post({ n: 7 })
    const other = mount(over(useObject, { response: given, responseModel: Report }, Body), { strict: true })
    await until(() => other.element.textContent === '7' && other.hook.status === 'done', 'seven rows')
    return { seen, status: other.hook.status }
  },

  async submitCancels() {
    const view = mount(over(useObject, relay))
    await until(() => view.hook, 'the hook')
    const first = view.hook.submit({ n: 50, slow: true })
    await until(() => view.hook.status === 'streaming', 'the first stream')
    const second = view.hook.submit({ n: 3 })
    return { first: await first, second: (await second).rows.length, shown: view.hook.object?.rows.length }
  },

  async stop() {
    const view = mount(over(useObject, relay))
    await until(() => view.hook, 'the hook')
    const value = view.hook.submit({ n: 50, slow: true })
    await until(() => view.hook.object?.rows?.length > 1, 'two rows')
    view.hook.stop()
    await until(() => view.hook.status === 'stopped', 'the end')
    const { length } = view.hook.object.rows
    await new Promise((done) => setTimeout(done, 50))
    return { value: await value, kept: length > 1 && view.hook.object.rows.length === length }
  },

  async unmount() {
    const view = mount(over(useObject, relay))
    await until(() => view.hook, 'the hook')
    const value = view.hook.submit({ n: 50, slow: true })
    await until(() => view.hook.status === 'streaming', 'the stream')
    view.root.unmount()
    return { value: await value }
  },

  async errors() {
    const told = []
    const make = (options) =>
      over(useObject, { ...relay, onError: ({ name }) => told.push(name), ...options })
    const cases = { model: { model: 'admin' }, provider: {}, options: { url: undefined } }
    const out = {}
    for (const [name, options] of Object.entries(cases)) {
      const view = mount(make(options))
      await until(() => view.hook, 'the hook')
      const value = await view.hook.submit({ n: 1, refuse: true })
      await until(() => view.hook.status === 'error', 'the error')
      const { error } = view.hook
      out[name] = { value, name: error.name, status: error.status, message: error.message }
    }
    return { ...out, told }
  },

  async attempts() {
    const view = mount(over(useObject, { ...relay, model: 'again' }))
    await until(() => view.hook, 'the hook')
    await view.hook.submit({ n: 3, bad: true })
    await until(() => view.hook.status === 'done', 'the end')
    return { attempts: view.hook.attempts, rows: view.hook.object.rows.length }
  },

  async suspense() {
    const Body = ({ object, status }) => <b>{`${status} ${object?.rows?.length ?? 0}`}</b>
    const suspended = (options) => {
      const View = over(useObject, { ...options, suspense: true }, Body)
      return (props) => (
        <Suspense fallback={<i>wait</i>}>
          <View {...props} />
        </Suspense>
      )
    }
    const view = mount(suspended(relay))
    await until(() => view.element.textContent === 'idle 0', 'the first view')
    let fallback = false
    new MutationObserver(() => {
      fallback ||= view.element.querySelector('i') !== null
    }).observe(view.element, { childList: true, subtree: true })
    await view.hook.submit({ n: 4 })
    await until(() => view.element.querySelector('b')?.textContent === 'done 4', 'four rows')
    // Before the first mount.
    const initial = mount(suspended({ response: post({ n: 6 }), responseModel: Report }))
    await until(() => initial.element.querySelector('i'), 'the fallback')
    await until(() => initial.element.querySelector('b')?.textContent === 'done 6', 'six rows')
    return { fallback }
  },

  async changes() {
    // A new response in place of the old one, and options that are those of the last render.
    let change
    const view = mount(function View({ seen }) {
      const [options, set] = useState({ ...relay, response: undefined })
      change = set
      seen(useObject(options))
      return null
    })
    await until(() => view.hook, 'the hook')
    const counts = []
    for (const n of [2, 3]) {
      change({ response: post({ n }), responseModel: Report })
      await until(() => view.hook.object?.rows?.length === n && view.hook.status === 'done', `${n} rows`)
      counts.push(view.hook.object.rows.length)
    }
    change({ response: (input, { signal }) => post(input, signal), responseModel: Report })
    await new Promise((done) => setTimeout(done, 20))
    counts.push((await view.hook.submit({ n: 9 })).rows.length)
    return { counts }
  },

  async client() {
    const value = { title: 'x', rows: [{ id: 1, name: 'a', note: 'b' }] }
    const server = scripted([{ value, piece: 5 }, { value: { tasks: value.rows } }])
    const client = fromProvider('openai/gpt-4o-mini', {
      apiKey: 'sk-1',
      allowBrowser: true,
      fetch: server.fetch,
    })
    const prompt = ({ topic }) => `A report on ${topic}`
    const view = mount(over(useObject, { client, responseModel: Report, prompt, params: { maxTokens: 50 } }))
    await until(() => view.hook, 'the hook')
    const object = await view.hook.submit({ topic: 'bees' })
    const { messages, max_tokens, max_completion_tokens } = server.requests[0].body
    const list = mount(over(useIterable, { client, schema: RowModel }))
    await until(() => list.hook, 'the hook')
    const items = await list.hook.submit('The rows')
    return { object, items, sent: messages.at(-1).content, max: max_tokens ?? max_completion_tokens }
  },

  async resume() {
    const view = mount(over(useObject, { ...relay, url: '/kept', resume: true }))
    await until(() => view.hook, 'the hook')
    const value = await view.hook.submit({ n: 20, slow: true })
    return { rows: value?.rows.length, error: view.hook.error?.message }
  },

  /** The first page of two. */
  async leave() {
    const view = mount(over(useObject, { ...relay, url: '/kept', resume: 'report' }))
    await until(() => view.hook, 'the hook')
    view.hook.submit({ n: 12, slow: true })
    await until(() => view.hook.object?.rows?.length > 2, 'three rows')
    return { kept: sessionStorage.length }
  },

  /** The same page after a reload. */
  async comeBack() {
    const view = mount(over(useObject, { ...relay, url: '/kept', resume: 'report' }))
    await until(() => view.hook?.status === 'done', 'the end')
    return { rows: view.hook.object.rows.length, kept: sessionStorage.length }
  },
}

/** The outcome of a scene, as JSON. */
globalThis.run = async (name) => {
  try {
    return JSON.stringify(await scenes[name]())
  } catch (error) {
    return JSON.stringify({ failed: `${error.name}: ${error.message}\n${error.stack}` })
  }
}
