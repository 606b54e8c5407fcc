// Queries the built package: the same code that apps run.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { at } from '../lib.mjs'

const { fromProvider } = await import(pathToFileURL(at('pkg', 'index.node.js')).href)
const { instantiate } = await import(pathToFileURL(at('pkg', 'core_bg.js')).href)
/** A second instance of the core, for queries that the package does not expose. */
const { CoreClient } = instantiate(new WebAssembly.Module(readFileSync(at('pkg', 'core.wasm'))))

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

/** The neutral finish reason of an answer, or the name of its error. */
export function finish(model, body) {
  const core = new CoreClient(model, JSON.stringify({ ...needed, ...places[model.split('/')[0]] }))
  try {
    return JSON.parse(core.decode(200, '{}', new TextEncoder().encode(JSON.stringify(body)), false)).finish
  } catch (thrown) {
    return `error: ${JSON.parse(String(thrown)).kind ?? thrown}`
  } finally {
    core.free()
  }
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
