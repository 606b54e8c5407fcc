/** `instructor-wasm/vue` and `instructor-wasm/svelte` in Chromium, and on a server. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { useIterable } from 'instructor-wasm/svelte'
import { useObject as useVueObject } from 'instructor-wasm/vue'
import { compile } from 'svelte/compiler'
import { createSSRApp, effectScope, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { bundle, open, until } from './ui/chromium.mjs'

const page = (name) => fileURLToPath(new URL(`ui/${name}-page.mjs`, import.meta.url))

const svelte = {
  name: 'svelte',
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, ({ path }) => ({
      contents: compile(readFileSync(path, 'utf8'), { filename: path, generate: 'client' }).js.code,
      loader: 'js',
    }))
  },
}

let app

before(async () => {
  app = await open({
    vue: await bundle({
      entryPoints: [page('vue')],
      define: {
        'process.env.NODE_ENV': '"development"',
        __VUE_OPTIONS_API__: 'false',
        __VUE_PROD_DEVTOOLS__: 'false',
        __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      },
    }),
    svelte: await bundle({
      entryPoints: [page('svelte')],
      plugins: [svelte],
      conditions: ['svelte', 'browser'],
    }),
  })
})

after(() => app?.close())

for (const name of ['vue', 'svelte']) {
  test(`${name}: rows arrive, and complete rows stay the same objects`, async () => {
    const { play } = await app.visit(name)
    assert.deepEqual(await play('rows'), {
      before: 'idle',
      rows: 50,
      shown: 50,
      last: '49 name 49 the note of row 49',
      same: true,
      attempts: 1,
    })
  })

  test(`${name}: submit cancels the stream before, and so does the end of the component`, async () => {
    const { play } = await app.visit(name)
    const before = app.seen.requests.length
    assert.deepEqual(await play('cancels'), { second: 2 })
    await until(() => app.seen.requests[before].state.cancelled, 'the first request is cancelled')
    assert.deepEqual(await play('unmount'), {})
    await until(() => app.seen.requests.at(-1).state.cancelled, 'the last request is cancelled')
  })

  test(`${name}: a given response is read when the component appears; a refusal is an error`, async () => {
    const { play } = await app.visit(name)
    assert.deepEqual(await play('given'), { attempts: 1 })
    assert.deepEqual(await play('error'), { status: 404 })
  })
}

test('vue: a server renders the idle state, and a scope ends the stream', async () => {
  const html = await renderToString(
    createSSRApp({
      setup() {
        const { status } = useVueObject({ url: '/api', resume: 'x' })
        return () => h('p', status.value)
      },
    }),
  )
  assert.equal(html, '<p>idle</p>')
  const scope = effectScope()
  let aborted
  const hook = scope.run(() =>
    useVueObject({
      url: '/api',
      fetch: (_, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true
            reject(signal.reason)
          })
        }),
    }),
  )
  const value = hook.submit('x')
  assert.equal(hook.status.value, 'submitted')
  scope.stop()
  assert.equal(await value, undefined)
  await until(() => aborted, 'the request is cancelled')
})

test('svelte: a store has a state at once, and the last subscriber ends the stream', async () => {
  const sent = []
  const store = useIterable({
    url: 'https://a.example/api',
    model: 'rows',
    headers: async () => ({ authorization: 'Bearer t' }),
    fetch: async (url, init) => {
      sent.push({ url, ...init, headers: Object.fromEntries(init.headers) })
      return new Response(new ReadableStream({}), { headers: { 'content-type': 'text/event-stream' } })
    },
  })
  const states = []
  const leave = store.subscribe((state) => states.push(state))
  assert.deepEqual(states[0].items, [])
  assert.equal(states[0].status, 'idle')
  const value = store.submit({ n: 1 })
  await until(() => sent.length, 'a request')
  assert.equal(states.at(-1).status, 'submitted')
  assert.equal(sent[0].body, '{"model":"rows","input":{"n":1}}')
  assert.equal(sent[0].headers.authorization, 'Bearer t')
  leave()
  assert.equal(await value, undefined)
  assert.equal(sent[0].signal.aborted, true)
})
