// Queries the built package: the same code that apps run.
import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { at, root } from '../lib.mjs'

const { fromProvider } = await import(pathToFileURL(at('pkg', 'index.node.js')).href)

const responseModel = {
  name: 'User',
  schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
}
const needed = {
  apiKey: 'k',
  env: {},
  region: 'us-east-1',
  accountId: 'account',
  project: 'project',
  accessToken: 't',
}
const places = {
  azure_openai: { azureEndpoint: 'https://r.openai.azure.com' },
  databricks: { baseURL: 'https://w.databricks.com' },
  litellm: { baseURL: 'http://localhost:4000' },
}

export const client = (model, options = {}) =>
  fromProvider(model, { ...needed, ...places[model.split('/')[0]], ...options })

/** The request of a call of this model; `{error}` if it is refused. */
export function request(model, params = {}) {
  try {
    const { url, body } = client(model).buildRequest({ responseModel, prompt: 'hi', ...params })
    return { url, body: JSON.parse(body) }
  } catch (error) {
    return { error }
  }
}

/** The neutral finish of each body, or `error: ` and the class of the error. */
export function finishes(model, bodies) {
  const options = { ...needed, ...places[model.split('/')[0]] }
  const input = bodies.map((body) => JSON.stringify({ model, options, body })).join('\n')
  const run = spawnSync('cargo', ['run', '--quiet', '--example', 'decode'], {
    cwd: root,
    input,
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(run.stderr)
  return run.stdout.trim().split('\n')
}

/** Whether a client finds its key in these variables. */
export function opens(model, env) {
  const { apiKey, accessToken, ...rest } = { ...needed, ...places[model.split('/')[0]], env }
  try {
    return Boolean(fromProvider(model, rest))
  } catch {
    return false
  }
}
