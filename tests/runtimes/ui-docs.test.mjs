/** The programs of docs/ui.md in Chromium: a click shows a report. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { scripted } from 'instructor-wasm/test'
import { compile } from 'svelte/compiler'
import { compileScript, parse } from 'vue/compiler-sfc'
import { programs, root } from './pages/programs.mjs'
import { bundle, open } from './ui/chromium.mjs'

const page = join('docs', 'ui.md')
const blocks = (language) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , code]) => code)

const compilers = {
  svelte: (source) => ({
    contents: compile(source, { filename: 'Page.svelte', generate: 'client' }).js.code,
    loader: 'js',
  }),
  vue: (source) => ({
    contents: compileScript(parse(source).descriptor, { id: 'page', inlineTemplate: true }).content,
    loader: 'ts',
  }),
  tsx: (source) => ({ contents: source, loader: 'tsx' }),
}
const MOUNTS = {
  svelte: `import { mount } from 'svelte'; mount(Page, { target: document.body })`,
  vue: `import { createApp } from 'vue'; createApp(Page).mount(document.body.appendChild(document.createElement('main')))`,
  tsx: `import { createElement, StrictMode } from 'react'
    import { createRoot } from 'react-dom/client'
    createRoot(document.body.appendChild(document.createElement('main'))).render(createElement(StrictMode, null, createElement(Page)))`,
}

/** A page with the component of a block. */
const paged = (language, source) =>
  bundle({
    stdin: {
      contents: `import Page from 'page'\n${MOUNTS[language]}`,
      resolveDir: root,
    },
    conditions: ['svelte', 'browser'],
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    plugins: [
      {
        name: 'page',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^page$/ }, () => ({ path: 'page', namespace: 'page' }))
          onLoad({ filter: /.*/, namespace: 'page' }, () => ({
            ...compilers[language](source),
            resolveDir: root,
          }))
        },
      },
    ],
  })

const tsx = programs(page).filter(({ language }) => language === 'tsx')
let app

before(async () => {
  app = await open({
    react: await paged('tsx', tsx[0].code),
    people: await paged('tsx', tsx[1].code),
    vue: await paged('vue', blocks('vue')[0]),
    svelte: await paged('svelte', blocks('svelte')[0]),
  })
})

after(() => app?.close())

for (const name of ['react', 'vue', 'svelte'])
  test(`the program of docs/ui.md for ${name} shows a report`, async () => {
    const { page } = await app.visit(name)
    await page.waitForSelector('button')
    assert.equal(await page.textContent('p'), 'idle')
    await page.click('button')
    await page.waitForFunction(() => document.querySelector('p')?.textContent === 'done')
    assert.equal(await page.textContent('h1'), 'Rows about bees')
    assert.deepEqual(await page.locator('li').allTextContents(), ['one', 'two', 'three'])
  })

test('the program of docs/ui.md with a client in the page lists people', async () => {
  const { page } = await app.visit('people')
  const people = [
    { name: 'Jo', age: 4 },
    { name: 'Al', age: 5 },
  ]
  await page.route(/:11434/, async (route) => {
    const request = route.request()
    const init = { method: request.method(), headers: request.headers(), body: request.postData() }
    const response = await scripted([{ value: { tasks: people } }]).fetch(request.url(), init)
    const headers = { ...Object.fromEntries(response.headers), 'access-control-allow-origin': '*' }
    await route.fulfill({ headers, body: await response.text() })
  })
  await page.click('button')
  await page.waitForSelector('li:nth-child(2)')
  assert.deepEqual(await page.locator('li').allTextContents(), ['Jo', 'Al'])
})
