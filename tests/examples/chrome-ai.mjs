/** examples/chrome-ai in Chromium: with a stand-in for Chrome's LanguageModel, and with its remote fallback on 127.0.0.1. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { root } from '../../scripts/lib.mjs'
import { showsFailure, showsNotes, stops, visit } from './browser.mjs'
import { notes, output, ready, serving, typeChecks } from './support.mjs'

describe('examples/chrome-ai', () => {
  /** Replaces the browser's interface; `state` is what `availability` returns, `text` what the model writes. */
  const withModel = (state, text) => (page) =>
    page.addInitScript(
      ([state, text]) => {
        globalThis.prompts = []
        globalThis.LanguageModel = {
          availability: async () => state,
          async create({ signal, monitor, expectedOutputs }) {
            if (state === 'unavailable') throw new DOMException('No model.', 'NotSupportedError')
            const progress = new EventTarget()
            monitor?.(progress)
            progress.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded: 0.5, total: 1 }))
            signal?.throwIfAborted()
            globalThis.expected = expectedOutputs
            return {
              promptStreaming(input, options) {
                globalThis.prompts.push({ input, schema: options.responseConstraint })
                let at = 0
                return new ReadableStream({
                  async pull(controller) {
                    await new Promise((done) => setTimeout(done, 40))
                    if (at >= text.length) return controller.close()
                    controller.enqueue(text.slice(at, at + 6))
                    at += 6
                  },
                  cancel() {
                    globalThis.cancelled = true
                  },
                })
              },
              destroy() {},
            }
          },
        }
      },
      [state, text],
    )
  const withoutModel = (page) => page.addInitScript(() => delete globalThis.LanguageModel)

  test('the app type-checks', async (t) => {
    const folder = ready(t, 'chrome-ai')
    if (folder) await typeChecks(folder)
  })

  test('the page in Chromium, with and without a model in the browser', async (t) => {
    const folder = ready(t, 'chrome-ai')
    if (!folder) return
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
    await output(process.execPath, [vite, 'build'], { cwd: folder })
    const preview = (port) => [vite, 'preview', '--host', '127.0.0.1', '--port', `${port}`]
    await serving(folder, process.execPath, preview, (url, api) => uses(t, url, api))
  })

  async function uses(t, url, api) {
    await t.test("the browser's model writes the notes, and no request leaves the page", () =>
      visit(
        url,
        async (page) => {
          await showsNotes(page)
          assert.equal(await page.textContent('#status'), 'Written in this browser.')
          const [{ schema }] = await page.evaluate(() => globalThis.prompts)
          assert.deepEqual(schema.required, ['title', 'summary', 'tasks'])
          const expected = await page.evaluate(() => globalThis.expected)
          assert.deepEqual(expected, [{ type: 'text', languages: ['en'] }])
          await page.getByRole('button', { name: 'Summarize' }).click()
          await page.getByRole('button', { name: 'Stop' }).click()
          await page.waitForFunction(() => globalThis.cancelled)
          assert.equal(await page.textContent('[role=alert]'), '')
          assert.equal(api.requests.length, 0)
        },
        withModel('available', JSON.stringify(notes)),
      ),
    )
    await t.test('the download of the model is shown', () =>
      visit(
        url,
        async (page) => {
          await page.getByRole('button', { name: 'Summarize' }).click()
          await page.getByText('Chrome downloads its model: 50 %').waitFor()
        },
        withModel('downloadable', JSON.stringify(notes)),
      ),
    )
    for (const [name, prepare] of [
      ['a browser without the interface', withoutModel],
      ['a browser without a model', withModel('unavailable', '')],
      ['an answer of the model that is not valid', withModel('available', '{"title": 7}')],
    ])
      await t.test(
        `after ${name} the remote model writes the notes, with the key of the server`,
        async () => {
          const before = api.requests.length
          await visit(
            url,
            async (page) => {
              await showsNotes(page)
              assert.equal(await page.textContent('#status'), 'Written by openai/gpt-4o-mini.')
            },
            prepare,
          )
          assert.equal(api.requests.length, before + 1)
          assert.equal(api.requests.at(-1).headers.authorization, 'Bearer sk-test-key')
        },
      )
    await t.test('the remote stream stops, and its failures are shown', () =>
      visit(
        url,
        async (page) => {
          await stops(page, api)
          api.reply = { status: 400, body: { error: { message: 'The model is unknown.' } } }
          await showsFailure(page, 'The model is unknown.')
        },
        withoutModel,
      ),
    )
  }
})
