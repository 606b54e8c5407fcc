// Finds the functions of the core that ordinary calls run before their answer arrives. The cut (split.mjs) leaves these in
// `core.wasm`; the others are in a part that is loaded while the request is under way.
//
// The linked module is copied with a mark at the beginning of each function, and the calls of profile-calls.mjs run in it,
// until their request has left. A call that runs another function before its request is correct as well: it loads that part
// first (src/ts/wasm/instance.ts), so it begins later.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { factory } from './glue.mjs'
import { CALLS } from './profile-calls.mjs'
import { parse } from './wat.mjs'

/** The export that is 1 after a function was entered. */
const mark = (at) => `entered${at}`

/** The module's text with a mark in each function. */
function marked(wat, names) {
  const globals = names.map(
    (_, at) => ` (global $${mark(at)} (export "${mark(at)}") (mut i32) (i32.const 0))`,
  )
  const { functions } = parse(wat)
  const found = new Map(names.map((name, at) => [functions.get(name).text, at]))
  const forms = wat.split(/\n(?= \()/).map((form) => {
    const at = found.get(form.replace(/\n\)\s*$/, ''))
    if (at === undefined) return form
    const lines = form.split('\n')
    let line = 1
    while (lines[line]?.startsWith('  (local ')) line++
    lines.splice(line, 0, `  (global.set $${mark(at)} (i32.const 1))`)
    return lines.join('\n')
  })
  return forms.join('\n').replace(/\n\)\s*$/, `\n${globals.join('\n')}\n)\n`)
}

/** A host whose request stays under way or is aborted; the parts that read the answer never arrive. */
function host(aborts, sent) {
  const controller = new AbortController()
  const aborted = new Promise((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason))
  })
  aborted.catch(() => {})
  return {
    fetch: () => {
      sent()
      if (aborts) setTimeout(() => controller.abort(new Error('aborted')))
      return new Promise(() => {})
    },
    loading: () => new Promise(() => {}),
    aborted,
    signal: controller.signal,
    timedOut: false,
    reading() {},
    failed() {},
  }
}

const turns = async (n) => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setTimeout(resolve))
}

/** Runs one call until its request has left. */
async function run(api, { model, options, call, stream }, aborts) {
  let sent = false
  const client = new api.CoreClient(model, JSON.stringify(options))
  client.info()
  if (call.mode) client.warning(call.mode)
  const text = JSON.stringify(call)
  client.needs(text)
  const one = host(aborts, () => {
    sent = true
  })
  const started = stream ? client.stream(text, one) : undefined
  started?.readOutside()
  started?.packed()
  started?.unwrapKey()
  const ended = started ? started.next() : client.create(text, one)
  ended.catch(() => {})
  await turns(3)
  started?.free()
  if (!sent)
    throw new Error(
      `${model}: the call sends no request: ${await Promise.race([ended.catch(String), turns(1)])}`,
    )
}

/**
 * @param work the folder for the module with marks
 * @param assemble makes a binary of a text: `(text, binary) => Promise`
 * @returns the names of the functions that were entered, as the text has them
 */
export async function enteredEarly(name, work, wat, glue, assemble) {
  const names = [...parse(wat).functions.keys()]
  const text = join(work, 'marked.wat')
  const binary = join(work, 'marked.wasm')
  const code = join(work, 'marked.mjs')
  writeFileSync(text, marked(wat, names))
  writeFileSync(code, factory(name, glue))
  await assemble(text, binary)
  const { instantiate } = await import(pathToFileURL(code).href)
  let exports
  const api = instantiate(new WebAssembly.Module(readFileSync(binary)), (given) => {
    exports = given
    return given
  })
  for (const call of CALLS)
    for (const aborts of [false, true])
      try {
        await run(api, call, aborts)
      } catch (error) {
        // The core throws text.
        throw new Error(`${call.model}, ${call.call.mode ?? 'its mode'}: ${error.message ?? error}`)
      }
  return new Set(names.filter((_, at) => exports[mark(at)].value))
}
