/** Names of options and parameters, and their aliases. A key that is close to one of them is a mistake. */
import { OPENAI_FIELDS } from '../common/openai-fields.js'

const words = (...texts: string[]): string[] => texts.join(' ').split(' ')

/** Options of a client and parameters of a call alike, which apply to every client of a `fallback`. */
export const CARRIED_NAMES: readonly string[] = words(
  'maxRetries httpRetries idleTimeout maxAnswerBytes cache cacheTtl cacheNamespace strict parse repair stopLoops stopWhenComplete schemaPrompt autodetect maxSteps prices every',
  'temperature topP top_p maxTokens max_tokens stop seed',
)

/** Options of a client and parameters of a call alike. */
export const SHARED_NAMES: readonly string[] = [
  ...CARRIED_NAMES,
  ...words(
    'mode timeout hooks signal check budget model fallback fallbackOn fallbackAfter extraBody extraHeaders extraQuery',
  ),
]

/** Request fields that are valid in every place. The others are loaded when a name is in none of these lists. */
export const FIRST_FIELDS: readonly string[] = words(OPENAI_FIELDS)

export const CALL_NAMES: readonly string[] = words('responseModel messages prompt context validate stream')

/** Address, credentials and transport: fixed for a client. */
export const CLIENT_NAMES: readonly string[] = words(
  'apiKey baseURL fetch headers env organization project azureEndpoint apiVersion vertexai location region credentials',
  'accessToken accessKeyId secretAccessKey sessionToken accountId anthropicVersion native binding onDownloadProgress',
  'languageModel engine gateway allowBrowser',
)

/** Aliases, most of them Python's spellings. An alias of `''` is accepted and ignored. */
export const ALIASES: ReadonlyMap<string, string> = new Map(
  [
    'response_model responseModel, max_retries maxRetries, max_steps maxSteps, http_retries httpRetries, max_answer_bytes maxAnswerBytes, idle_timeout idleTimeout, token_budget budget, tokenBudget budget',
    'validation_context context, cache_ttl cacheTtl, cache_namespace cacheNamespace, schema_prompt schemaPrompt',
    'stop_loops stopLoops, stop_when_complete stopWhenComplete, fallback_on fallbackOn, fallback_after fallbackAfter',
    'autodetect_images autodetect, autodetectImages autodetect, extra_body extraBody, extra_headers extraHeaders',
    'extra_query extraQuery, async_client , asyncClient ',
    'api_key apiKey, base_url baseURL, baseUrl baseURL, api_base baseURL, default_headers headers, defaultHeaders headers',
    'default_query extraQuery, defaultQuery extraQuery, access_token accessToken, auth_token accessToken',
    'authToken accessToken, azure_ad_token accessToken, azure_ad_token_provider accessToken',
    'azureADTokenProvider accessToken, azure_endpoint azureEndpoint, api_version apiVersion, account_id accountId',
    'aws_access_key_id accessKeyId, aws_access_key accessKeyId, access_key_id accessKeyId',
    'aws_secret_access_key secretAccessKey, aws_secret_key secretAccessKey, secret_access_key secretAccessKey',
    'aws_session_token sessionToken, session_token sessionToken, aws_region region, aws_region_name region',
    'region_name region, dangerouslyAllowBrowser allowBrowser, allow_browser allowBrowser',
  ]
    .join(', ')
    .split(', ')
    .map((pair) => pair.split(' ') as [string, string]),
)

/** What to use instead of names of other libraries, by {@link plainName}. */
export const HINTS: ReadonlyMap<string, string> = new Map([
  ['schema', 'Did you mean responseModel?'],
  ['httpclient', 'Pass your own `fetch` function.'],
  ['retryconfig', 'Pass maxRetries: { attempts, delay, retryOn, onRetry }.'],
  ['validationhook', "Give hooks: { 'parse:error': (error) => … }."],
  ['abortsignal', 'Did you mean signal?'],
  ['endpoint', 'Did you mean baseURL?'],
  ['events', 'Give hooks.'],
  // `ownTools` is the name in the core.
  ['owntools', 'Pass defineTool({ … }) in tools.'],
  ['browser', 'It is detected.'],
  ['runtime', 'It is detected.'],
])

/** Without case, `_` and `-`. */
export const plainName = (name: string): string => name.replace(/[_-]/g, '').toLowerCase()
