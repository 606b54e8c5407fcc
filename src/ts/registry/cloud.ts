/** Credentials and places of AWS and Google Cloud (src/provider/auth/cloud.rs). */
import { checkHeader, checkLabel, checkSegment, wrong } from './refuse.js'
import type { Env, Fields } from './row.js'

type Own = Record<string, unknown>

/** An option's text, or the first of these variables that is set. */
function given(own: Fields, name: string, env: Env, variables: readonly string[]): string | undefined {
  const option = own[name]
  if (typeof option === 'string' && option) return option
  const variable = variables.find(env)
  return variable && env(variable)
}

/** Writes the region into the options: from the option, a variable, or the model's ARN. */
export function setRegion(own: Own, model: string, env: Env): void {
  const named = model.startsWith('arn:') ? model.split(':')[3] : undefined
  const region = given(own, 'region', env, ['AWS_REGION', 'AWS_DEFAULT_REGION']) ?? (named || 'us-east-1')
  checkLabel('region', region)
  own.region = region
}

export function checkAws(own: Own, model: string, key: string | undefined, env: Env): void {
  setRegion(own, model, env)
  if (key !== undefined) {
    checkHeader('apiKey', key)
    return
  }
  if (typeof own.credentials === 'string') return
  const { credentials } = own
  const nested = (
    typeof credentials === 'object' && credentials !== null && !Array.isArray(credentials) ? credentials : {}
  ) as Fields
  const find = (name: string, variable: string) =>
    given(own, name, env, []) ?? given(nested, name, env, [variable])
  const id = find('accessKeyId', 'AWS_ACCESS_KEY_ID')
  if (id === undefined || find('secretAccessKey', 'AWS_SECRET_ACCESS_KEY') === undefined)
    throw wrong(
      'AWS credentials are not set. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or AWS_BEARER_TOKEN_BEDROCK), or pass accessKeyId and secretAccessKey, apiKey, or a credentials function.',
    )
  checkHeader('accessKeyId', id)
  checkHeader('sessionToken', find('sessionToken', 'AWS_SESSION_TOKEN') ?? '')
}

/** Writes project and location into the options. */
export function setPlaces(own: Own, env: Env): string | undefined {
  const project = given(own, 'project', env, [
    'GOOGLE_CLOUD_PROJECT',
    'GOOGLE_VERTEX_PROJECT',
    'ANTHROPIC_VERTEX_PROJECT_ID',
  ])
  const location =
    given(own, 'location', env, ['GOOGLE_CLOUD_LOCATION', 'GOOGLE_VERTEX_LOCATION', 'CLOUD_ML_REGION']) ??
    'us-central1'
  checkLabel('location', location)
  own.location = location
  if (project !== undefined) {
    checkSegment('project', project)
    own.project = project
  }
  return project
}

export function checkGoogle(own: Own, key: string | undefined, env: Env): void {
  let project = setPlaces(own, env)
  const token = given(own, 'accessToken', env, [])
  const credentials = own.credentials ?? accountOf(env)
  const express = key ?? env('GOOGLE_VERTEX_API_KEY')
  if (token !== undefined) checkHeader('accessToken', token)
  else if (credentials !== undefined) {
    const other = projectOf(credentials)
    project ??= other
  } else if (express !== undefined) {
    checkHeader('apiKey', express)
    // In express mode the key determines the project.
    if (project === undefined) return
  } else
    throw wrong(
      "Vertex AI needs an accessToken (a string or a function), credentials (a service account's JSON), or an apiKey (express mode).",
    )
  if (project === undefined)
    throw wrong(
      'GOOGLE_CLOUD_PROJECT is not set. Set it with `export GOOGLE_CLOUD_PROJECT=<your-project>` or pass project.',
    )
  // A service account has one too.
  checkSegment('project', project)
  own.project = project
}

function accountOf(env: Env): Fields | undefined {
  const [email, key] = [env('GOOGLE_CLIENT_EMAIL'), env('GOOGLE_PRIVATE_KEY')]
  return email !== undefined && key !== undefined ? { client_email: email, private_key: key } : undefined
}

/** The project of a service account's JSON, as an object or as text. */
function projectOf(credentials: unknown): string | undefined {
  let account = credentials
  if (typeof account === 'string')
    try {
      account = JSON.parse(account)
    } catch {
      account = undefined
    }
  const fields = (account ?? {}) as Fields
  const text = (name: string) => {
    const value = fields[name]
    return typeof value === 'string' && value ? value : undefined
  }
  if (text('client_email') === undefined || text('private_key') === undefined)
    throw wrong("credentials must be a service account's JSON with `client_email` and `private_key`.", {
      parameter: 'credentials',
    })
  return text('project_id')
}
