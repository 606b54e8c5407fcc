// The editor of the schema, the interpreter of its source, and shared links.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { at } from '../../scripts/lib.mjs'
import { playground } from './support.mjs'

const it = playground()
const folder = mkdtempSync(join(tmpdir(), 'playground-schema-'))
let read

before(async () => {
  const outfile = join(folder, 'read.mjs')
  await build({
    entryPoints: [at('www', 'src', 'schema', 'read.ts')],
    bundle: true,
    format: 'esm',
    outfile,
    logLevel: 'error',
  })
  read = await import(pathToFileURL(outfile).href)
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** The schema of a source in Zod. */
const schemaOf = (source) => read.readSource(source, 'zod').model.schema
const accepts = (source, value) => schemaOf(source).safeParse(value).success

test('a source in Zod is interpreted: declarations, references, names and default exports', () => {
  const { model } = read.readSource(
    `import * as z from 'zod'
    type Ignored = z.infer<typeof Line>
    const kinds = ['a', 'b'] as const
    export const Line = z.object({ kind: z.enum(kinds), 'two words': z.number().optional(), ...{ extra: z.string() } })
    export const Order = z.object({ lines: z.array(Line).min(1).describe(\`one \${kinds[0]} at least\`) })`,
    'zod',
  )
  assert.equal(model.name, 'Order')
  assert.ok(model.schema.safeParse({ lines: [{ kind: 'a', extra: '' }] }).success)
  assert.ok(!model.schema.safeParse({ lines: [{ kind: 'c', extra: '' }] }).success)
  assert.match(JSON.stringify(read.jsonSchemaOf(model)), /one a at least/)
  const tools = read.readSource(
    'const A = z.string()\nconst B = z.number()\nexport default [B, A]',
    'zod',
  ).model
  assert.deepEqual(
    tools.map(({ name }) => name),
    ['B', 'A'],
  )
})

test('functions of refinements and transforms run: operators, destructuring, blocks, loops', () => {
  const sums = `z.array(z.number()).refine((list) => list.reduce((sum, n) => sum + n, 0) === 6 && !(list.length > 3))`
  assert.ok(accepts(sums, [1, 2, 3]))
  assert.ok(!accepts(sums, [1, 2, 3, 0]))
  const unique = `z.array(z.object({ id: z.string() })).superRefine((items, ctx) => {
    const seen = new Set()
    for (const { id } of items) {
      if (seen.has(id)) ctx.addIssue({ code: 'custom', message: \`twice: \${id}\`, path: [id] })
      seen.add(id)
    }
  })`
  assert.ok(accepts(unique, [{ id: 'a' }, { id: 'b' }]))
  assert.equal(schemaOf(unique).safeParse([{ id: 'a' }, { id: 'a' }]).error.issues[0].message, 'twice: a')
  const text = `z.string().transform((s: string): string => /^x/i.test(s) ? s.slice(1).toUpperCase() : (s?.trim() ?? ''))`
  assert.equal(schemaOf(text).parse('xabc'), 'ABC')
  assert.equal(schemaOf(text).parse(' b '), 'b')
})

test('a source reaches neither the page nor code from text', () => {
  for (const source of [
    'globalThis',
    'window.localStorage',
    'fetch("https://example.com")',
    'Function("return 1")()',
    'z.string.constructor("return 1")()',
    'z.string["constr" + "uctor"]',
    '[]["filter"]["constructor"]',
    '"".constructor',
    '({}).__proto__',
    'z.object({ ["__proto__"]: z.string() })',
    'z.core',
    'z.config({})',
    'z.string()._zod',
    'z.string().def.constructor',
    'z.string.call(null)',
    'z.string.apply',
    'z.string.bind',
    'new z.ZodString({})',
    'import("x")',
    'const { constructor } = z.string; constructor',
    'const { constructor: c } = z.string; c("1")',
    'a = 1',
    'while (true) {}',
    'eval("1")',
    'Object.getPrototypeOf({})',
    'Math.constructor',
    'Math.abs.constructor',
    'new RegExp.constructor("x")',
    'this',
    '(() => { for (const a of [1]) { a.constructor } })()',
  ])
    assert.throws(() => read.evaluate(source), { name: 'SourceError' }, source)
})

test('a source that does not end is an error', () => {
  const many = '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]'
  const nested = 'a.forEach((_) => '.repeat(8)
  assert.throws(() => read.evaluate(`const a = ${many}\n${nested}1${')'.repeat(8)}`), /too many steps/)
  assert.throws(() => read.evaluate('const f = () => f()\nf()'))
})

test('errors have the place and the reason', () => {
  const failure = (source, language = 'zod') => {
    try {
      read.readSource(source, language)
    } catch (error) {
      return [error.message, source.slice(error.from, error.to)]
    }
    return undefined
  }
  assert.deepEqual(failure('const A = z.strin()'), ['z has no strin.', 'strin'])
  assert.match(failure('const A = z.string().mni(1)')[0], /mni is not a function/)
  assert.deepEqual(failure('const A = y.string()')[1], 'y')
  assert.match(failure('const n = 1')[0], /no schema yet/)
  assert.match(failure('{ "type": ', 'json')[0], /Not JSON/)
  assert.match(failure('[]', 'json')[0], /is an object/)
})

test('completion offers the members that a value has', async () => {
  const page = await it.open()
  const options = async (text) => {
    await page.locator('#schema').fill(text)
    await page.locator('#schema').press('Control+End')
    // Typed, because completion starts with input.
    await page.keyboard.type('.')
    await page.waitForSelector('.cm-tooltip-autocomplete li')
    const labels = await page.locator('.cm-completionLabel').allTextContents()
    await page.keyboard.press('Escape')
    return labels
  }
  const builders = await options('const A = z')
  for (const name of ['object', 'string', 'enum']) assert.ok(builders.includes(name), `${builders}`)
  assert.ok(!builders.includes('core') && !builders.includes('config'))
  const methods = await options('const A = z.string().min(1)')
  for (const name of ['email', 'max', 'describe', 'nullable']) assert.ok(methods.includes(name), `${methods}`)
  await it.shot('editor')
})

test('the editor marks a problem where it is, and Run moves the focus to it', async () => {
  const page = await it.open()
  await page.locator('#schema').fill('const User = z.object({ name: z.strin() })')
  await page.waitForSelector('.cm-lintRange-error')
  assert.equal(await page.locator('.cm-lintRange-error').textContent(), 'strin')
  await it.run('failed')
  assert.match(await page.locator('#schema-error').textContent(), /z has no strin/)
  assert.equal(await page.locator('#schema').getAttribute('aria-invalid'), 'true')
  assert.ok(await page.locator('#schema').evaluate((element) => element === document.activeElement))
  assert.deepEqual(await it.axe(), [])
})

test('Zod becomes JSON Schema and back, and JSON Schema runs', async () => {
  const page = await it.open()
  await page.locator('#preset').selectOption('person')
  const zod = (await page.locator('.cm-line').allTextContents()).join('\n')
  await page.locator('button[data-language="json"]').click()
  await page.waitForFunction(() => document.getElementById('schema').textContent.includes('"properties"'))
  await it.run()
  assert.match(await it.part('badge').textContent(), /validated/)
  await page.locator('button[data-language="zod"]').click()
  await page.waitForFunction(() => document.getElementById('schema').textContent.includes('z.object'))
  assert.equal((await page.locator('.cm-line').allTextContents()).join('\n'), zod)
})

test('a shared link restores the form and does not contain the key', async () => {
  let page = await it.open()
  await page.locator('#provider').selectOption('anthropic')
  await page.locator('#key').fill('sk-ant-secret')
  await page.locator('#prompt').fill('Für Ada: 3 €')
  await page.locator('#schema').fill('const Price = z.object({ euros: z.number() })')
  await page.locator('#compare').check()
  await page.locator('#share').click()
  const hash = await page.evaluate(() => location.hash)
  assert.ok(!Buffer.from(hash.slice(3), 'base64url').toString().includes('secret'))
  page = await it.open({ hash, motion: true })
  assert.equal(await page.locator('#provider').inputValue(), 'anthropic')
  assert.equal(await page.locator('#second-provider').inputValue(), 'demo-anthropic')
  assert.equal(await page.locator('#prompt').inputValue(), 'Für Ada: 3 €')
  assert.match((await page.locator('.cm-line').allTextContents()).join('\n'), /euros/)
  assert.equal(await page.locator('#key').inputValue(), '')
  // A link starts nothing that costs money.
  assert.equal(await page.locator('#status').getAttribute('data-state'), 'idle')
  assert.deepEqual(it.outside, [])
})

test('a link with another address does not get a remembered key, and an unreadable link changes nothing', async () => {
  const link = (value) => `#s=${Buffer.from(JSON.stringify(value)).toString('base64url')}`
  const remembered = `localStorage.setItem('instructor-key:openai', 'sk-remembered')`
  const target = { provider: 'openai', model: 'gpt-4o-mini', baseURL: 'https://evil.example/v1', mode: '' }
  let page = await it.open({ init: remembered, hash: link({ preset: 'person', targets: [target] }) })
  assert.equal(await page.locator('#base-url').inputValue(), 'https://evil.example/v1')
  assert.equal(await page.locator('#key').inputValue(), '')
  page = await it.open({ init: remembered, hash: link({ targets: [{ ...target, baseURL: '' }] }) })
  assert.equal(await page.locator('#key').inputValue(), 'sk-remembered')
  page = await it.open()
  for (const hash of ['#s=%%%', '#s=bnVsbA', link({ targets: 'x' }), link({ preset: 7, targets: [{}] })]) {
    await page.evaluate((hash) => {
      location.hash = hash
    }, hash)
    assert.equal(await page.locator('#preset').inputValue(), 'invoice')
  }
  assert.deepEqual(it.problems, [])
})
