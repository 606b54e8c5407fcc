/** `instructor-wasm/react` in Chromium and on a server, with React 18 and 19. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bundle, open, until } from './ui/chromium.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const REACT = {
  19: { react: 'react', 'react-dom': 'react-dom' },
  18: { react: 'react18', 'react-dom': 'react-dom18' },
}

const options = (version) => ({ alias: version === 19 ? {} : REACT[version] })

let app

before(async () => {
  const entryPoints = [join(root, 'tests', 'runtimes', 'ui', 'react-page.jsx')]
  app = await open({
    18: await bundle({ entryPoints, ...options(18) }),
    19: await bundle({ entryPoints, ...options(19) }),
  })
})

after(() => app?.close())

for (const version of [19, 18]) {
  test(`React ${version}: a memoised row of 200 renders at most three times while they arrive`, async () => {
    const { play } = await app.visit(version)
    const outcome = await play('rows')
    assert.match(outcome.version, new RegExp(`^${version}\\.`))
    assert.deepEqual(outcome.idle, { status: 'idle', attempts: 0 })
    assert.equal(outcome.rows, 200)
    assert.equal(outcome.shown, 200)
    assert.equal(outcome.last, '199 name 199 the note of row 199')
    assert.ok(outcome.snapshots > 10, `${outcome.snapshots} snapshots`)
    assert.ok(outcome.most <= 3, `a row rendered ${outcome.most} times`)
    assert.equal(outcome.attempts, 1)
    assert.equal(outcome.tokens, 15)
  })

  test(`React ${version}: an element of useIterable renders once`, async () => {
    const { play } = await app.visit(version)
    assert.deepEqual(await play('elements'), { idle: [], status: 'done', renders: [1] })
  })

  test(`React ${version}: StrictMode mounts twice, and requests and reads once`, async () => {
    const { play } = await app.visit(version)
    const before = app.seen.requests.length
    assert.deepEqual(await play('strict'), { seen: [5], status: 'done' })
    assert.equal(app.seen.requests.length, before + 2)
  })

  test(`React ${version}: submit cancels the stream before, stop and unmounting cancel the current one`, async () => {
    const { play, page } = await app.visit(version)
    const last = () => app.seen.requests.at(-1).state.cancelled
    const before = app.seen.requests.length
    assert.deepEqual(await play('submitCancels'), { second: 3, shown: 3 })
    await until(() => app.seen.requests[before].state.cancelled, 'the first request is cancelled')
    assert.deepEqual(await play('stop'), { kept: true })
    await until(last, 'the stopped request is cancelled')
    assert.deepEqual(await play('unmount'), {})
    await until(last, 'the request of the unmounted component is cancelled')
    await page.close()
  })

  test(`React ${version}: refusals, failures of the provider and wrong options are errors of the hook`, async () => {
    const { play } = await app.visit(version)
    const { model, provider, options, told } = await play('errors')
    assert.equal(model.status, 404)
    assert.match(model.message, /no model with this name/)
    assert.equal(provider.name, 'ProviderError')
    assert.equal(provider.status, 401)
    assert.ok(!provider.message.includes('acme'))
    assert.equal(options.name, 'ConfigurationError')
    assert.match(options.message, /url, response and client/)
    assert.deepEqual(told, ['NetworkError', 'ProviderError', 'ConfigurationError'])
  })

  test(`React ${version}: attempts counts the requests to the model`, async () => {
    const { play } = await app.visit(version)
    app.seen.bad = false
    assert.deepEqual(await play('attempts'), { attempts: 2, rows: 3 })
  })

  test(`React ${version}: with suspense the fallback shows until there is something, also before the first mount`, async () => {
    const { play } = await app.visit(version)
    assert.deepEqual(await play('suspense'), { fallback: true })
  })

  test(`React ${version}: a changed response is another stream, and submit uses the options of the last render`, async () => {
    const { play } = await app.visit(version)
    assert.deepEqual(await play('changes'), { counts: [2, 3, 9] })
  })

  test(`React ${version}: a client in the page streams objects and lists`, async () => {
    const { play } = await app.visit(version)
    const row = { id: 1, name: 'a', note: 'b' }
    assert.deepEqual(await play('client'), {
      object: { title: 'x', rows: [row] },
      items: [row],
      sent: 'A report on bees',
      max: 50,
    })
  })

  test(`React ${version}: a broken connection continues, and a reloaded page goes back to its stream`, async () => {
    const { play, page } = await app.visit(version)
    const before = app.seen.requests.length
    app.seen.breaks = 2
    assert.deepEqual(await play('resume'), { rows: 20 })
    assert.equal(app.seen.breaks, 0)
    assert.equal(app.seen.requests.length, before + 1)
    assert.deepEqual(await play('leave'), { kept: 1 })
    await page.reload()
    assert.deepEqual(await play('comeBack'), { rows: 12, kept: 0 })
    assert.equal(app.seen.requests.length, before + 2)
  })

  test(`React ${version}: a server renders the idle state`, async () => {
    const code = await bundle({
      stdin: {
        contents: `
          import { useIterable, useObject } from 'instructor-wasm/react'
          import { createElement } from 'react'
          import { renderToString } from 'react-dom/server'
          const View = () => {
            const { object, status } = useObject({ url: '/api', schema: { type: 'object' }, resume: 'x' })
            const { items } = useIterable({ response: fetch('data:,'), schema: { type: 'object' }, suspense: true })
            return createElement('p', null, status, typeof object, items.length)
          }
          console.log(renderToString(createElement(View)))`,
        resolveDir: root,
      },
      platform: 'node',
      format: 'cjs',
      define: {},
      alias: { ...(version === 18 && REACT[18]), 'instructor-wasm/react': join(root, 'pkg', 'react.js') },
    })
    const html = execFileSync(process.execPath, ['-'], { input: code, cwd: root, encoding: 'utf8' })
    assert.equal(html.trim().replaceAll('<!-- -->', ''), '<p>idleundefined0</p>')
  })
}

test('the files of the entry begin with the directive for client components', () => {
  for (const file of ['react.js', 'react.node.js', 'cjs/react.js'])
    assert.match(readFileSync(join(root, 'pkg', file), 'utf8'), /^(\/\/.*\n)*['"]use client['"]/, file)
})
