/** The call as code: TypeScript with `fromProvider`, and curl. Both without a key, and files by their names. */
import { isParallel, type Target, type Task, targetFor } from '../run/run.js'
import type { Language, Source } from '../schema/read.js'

const quoted = (text: string) =>
  text.includes('\n') ? `\`${text.replace(/[`\\]|\$\{/g, '\\$&')}\`` : `'${text.replace(/['\\]/g, '\\$&')}'`

interface Declared {
  readonly source: string
  readonly responseModel: string
}

const jsonModel = (text: string): Declared => ({
  source: `const Model = ${text.trim()} as const`,
  responseModel: 'Model',
})

/** Declarations, with a name for a schema that has none. */
function zodModel({ model, end }: Source, text: string): Declared {
  const names = (Array.isArray(model) ? model : [model]).map(({ name }) => name)
  const [name] = names
  const declarations = (end ? text.slice(0, end.statement) : text).replace(/^import .*\n+/gm, '').trim()
  const named = names.every((one) => one !== undefined)
  if (named && name)
    return {
      source: declarations,
      responseModel: Array.isArray(model) ? `tools({ ${names.join(', ')} })` : name,
    }
  const expression = text.slice(end?.expression).trim()
  return { source: `${declarations}\nconst Model = ${expression}`.trim(), responseModel: 'Model' }
}

/** The file of the model is the app's. */
const ENGINE = `async () => {
  const wllama = new Wllama({ default: '/wllama.wasm' })
  await wllama.loadModelFromUrl('/model.gguf')
  return wllama
}`

export function typescript(task: Task, given: Target, language: Language, text: string): string {
  const target = targetFor(task, given)
  const { provider, model, baseURL, mode } = target
  const options = [
    // The key comes from the environment.
    ...(baseURL ? [`baseURL: ${quoted(baseURL)}`] : []),
    ...Object.entries(provider.pace ? {} : (provider.options ?? {})).map(
      ([name, value]) => `${name}: ${JSON.stringify(value)}`,
    ),
    ...(mode ? [`mode: '${mode}'`] : []),
    ...(provider.inPage ? [`engine: ${ENGINE}`] : []),
  ]
  const parallel = isParallel(task)
  const { source, responseModel } = language === 'json' ? jsonModel(text) : zodModel(task.source, text)
  const content = [
    quoted(task.prompt),
    ...task.files.map(({ kind, name }) => `${kind}(${quoted(`./${name}`)})`),
  ]
  const params = [
    `  responseModel: ${responseModel},`,
    task.files.length
      ? `  messages: [{ role: 'user', content: [${content.join(', ')}] }],`
      : `  prompt: ${quoted(task.prompt)},`,
    ...Object.entries(provider.params ?? {}).map(([name, value]) => `  ${name}: ${JSON.stringify(value)},`),
    ...(task.retries === 3 ? [] : [`  maxRetries: ${task.retries},`]),
    `  maxTokens: ${task.maxTokens},`,
    ...(task.lenient ? [`  parse: 'lenient',`] : []),
    ...(task.early && task.stream && !parallel ? [`  validate: 'early',`] : []),
  ].join('\n')
  const call =
    !task.stream || parallel
      ? `const value = await client.create({\n${params}\n})\nconsole.log(value)`
      : task.kind === 'list'
        ? `for await (const one of client.createIterable({\n${params}\n})) console.log(one)`
        : `const stream = client.createPartial({\n${params}\n})\nfor await (const partial of stream) console.log(partial)\nconsole.log(await stream.final())`
  const imported = [
    'fromProvider',
    ...(responseModel.startsWith('tools(') ? ['tools'] : []),
    ...new Set(task.files.map(({ kind }) => kind)),
  ].sort()
  return [
    ...(provider.inPage ? [`import { Wllama } from '@wllama/wllama'`] : []),
    `import { ${imported.join(', ')} } from 'instructor-wasm'`,
    ...(language === 'zod' ? [`import * as z from 'zod'`] : []),
    '',
    source,
    '',
    `const client = fromProvider(${quoted(`${provider.provider}/${model}`)}${options.length ? `, { ${options.join(', ')} }` : ''})`,
    call,
  ].join('\n')
}

export interface BuiltRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Files make a request too long to be read, or pasted. */
export const shortened = (text: string): string =>
  text.replace(/[A-Za-z0-9+/=]{2000,}/g, (data) => `${data.slice(0, 40)}…(${data.length} characters)`)

const shell = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** `secrets`: values of the request that become `$API_KEY`. */
export function curl({ url, method, headers, body }: BuiltRequest, secrets: readonly string[]): string {
  const hide = (text: string) =>
    secrets.reduce((out, secret) => (secret ? out.replaceAll(secret, '$API_KEY') : out), text)
  // The shell replaces the variable between double quotes only.
  const header = (name: string, value: string) => {
    const shown = hide(value)
    return shown === value ? shell(`${name}: ${value}`) : `"${name}: ${shown.replace(/["\\`]/g, '\\$&')}"`
  }
  return [
    `curl -X ${method} ${shell(hide(url))}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${header(name, value)}`),
    `-d ${shell(shortened(body))}`,
  ].join(' \\\n  ')
}
