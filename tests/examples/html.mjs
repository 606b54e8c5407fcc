/** examples/html: the file in Chromium, with the packed package in place of the CDN, and OpenAI's address on 127.0.0.1. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { serve } from '../matrix/browser.mjs'
import { showsFailure, showsNotes, stops, visit } from './browser.mjs'
import { model, ready } from './support.mjs'

describe('examples/html', () => {
  const TYPES = { wasm: 'application/wasm', js: 'text/javascript' }

  test('the page shows notes as they arrive, stops, and shows failures', async (t) => {
    const folder = ready(t, 'html')
    const installed = join(folder, 'node_modules', 'instructor-wasm')
    const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    const cdn = `https://cdn.jsdelivr.net/npm/instructor-wasm@${version}/`
    const api = await model()
    const server = await serve(folder)
    try {
      await visit(
        server.url,
        async (page) => {
          await page.getByLabel('Your key').fill('sk-visitor-key')
          await showsNotes(page)
          assert.equal(api.requests[0].headers.authorization, 'Bearer sk-visitor-key')
          await stops(page, api)
          api.reply = { status: 401, body: { error: { message: 'Incorrect API key: sk-visitor-key' } } }
          await showsFailure(page, 'Incorrect API key: [redacted]')
        },
        async (page) => {
          await page.route(`${cdn}**`, (route) => {
            const file = route.request().url().slice(cdn.length)
            route.fulfill({
              body: readFileSync(join(installed, file)),
              headers: { 'content-type': TYPES[file.split('.').at(-1)], 'access-control-allow-origin': '*' },
            })
          })
          // A request that Chromium itself sends, so that it streams and can be cancelled.
          await page.addInitScript((base) => {
            const { fetch } = globalThis
            globalThis.fetch = (url, init) => fetch(`${url}`.replace('https://api.openai.com/v1', base), init)
          }, api.base)
        },
      )
    } finally {
      server.close()
      await api.close()
    }
  })
})
