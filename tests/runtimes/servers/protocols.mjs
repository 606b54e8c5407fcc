// Every protocol that aimock and this package implement, as one table, and a run through it. The run is plain code
// that uses the package, so that Node, workerd and a page in Chromium execute the same.

export const user = { name: 'Jason', age: 25 }

const User = {
  title: 'User',
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
}

/** In the format of every API that aimock implements. */
const usage = {
  prompt_tokens: 7,
  completion_tokens: 4,
  total_tokens: 11,
  input_tokens: 7,
  output_tokens: 4,
  promptTokenCount: 7,
  candidatesTokenCount: 4,
  totalTokenCount: 11,
}

const prose = `Here it is:\n\`\`\`json\n${JSON.stringify(user)}\n\`\`\``

/** The answers of aimock to the messages below. */
export const fixtures = [
  {
    match: { userMessage: 'by tool' },
    response: { toolCalls: [{ name: 'User', arguments: JSON.stringify(user) }], usage },
  },
  { match: { userMessage: 'by text' }, response: { content: JSON.stringify(user), usage } },
  { match: { userMessage: 'by prose' }, response: { content: prose, usage } },
  // An own tool first; the answer follows its result only.
  {
    match: { userMessage: 'own tool', toolResultContains: 'It rains in Oslo.' },
    response: { toolCalls: [{ name: 'User', arguments: JSON.stringify(user) }], usage },
  },
  {
    match: { userMessage: 'own tool', hasToolResult: false },
    response: { toolCalls: [{ name: 'weather', arguments: '{"city":"Oslo"}' }], usage },
  },
  {
    match: { userMessage: 'refused' },
    response: { error: { message: 'no such key', type: 'invalid_request_error' }, status: 401 },
  },
  {
    match: { userMessage: 'too many' },
    response: { error: { message: 'slow down', type: 'rate_limit_error' }, status: 429 },
  },
]

/** Provider and model, the options for the server's URL, and the answer for each mode. */
const table = (base) => [
  ['OpenAI chat', 'openai/gpt-4o-mini', { baseURL: `${base}/v1` }, 'TOOLS JSON_SCHEMA MD_JSON'],
  ['OpenAI responses', 'openai/gpt-4o-mini', { baseURL: `${base}/v1` }, 'RESPONSES_TOOLS'],
  ['Azure OpenAI', 'azure_openai/gpt-4o', { azureEndpoint: base }, 'TOOLS JSON_SCHEMA'],
  ['OpenRouter', 'openrouter/openai/gpt-4o', { baseURL: `${base}/api/v1` }, 'TOOLS JSON_SCHEMA'],
  ['Anthropic', 'anthropic/claude-sonnet-4-5', { baseURL: base }, 'TOOLS JSON JSON_SCHEMA'],
  ['Gemini', 'google/gemini-2.5-flash', { baseURL: `${base}/v1beta` }, 'TOOLS JSON_SCHEMA'],
  [
    'Vertex AI',
    'vertexai/gemini-2.5-flash',
    { baseURL: `${base}/v1`, project: 'p', location: 'us-central1', accessToken: 'token' },
    'TOOLS JSON_SCHEMA',
  ],
  ['Cohere', 'cohere/command-a-03-2025', { baseURL: `${base}/v2` }, 'TOOLS JSON_SCHEMA MD_JSON'],
  ['Ollama, native', 'ollama/llama3.1', { baseURL: `${base}/api` }, 'TOOLS JSON_SCHEMA'],
  [
    'Bedrock Converse',
    'bedrock/anthropic.claude-3-haiku-20240307-v1:0',
    { baseURL: base, apiKey: undefined, accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-secret' },
    'TOOLS MD_JSON',
  ],
]

const answers = { TOOLS: 'by tool', RESPONSES_TOOLS: 'by tool', MD_JSON: 'by prose' }

/** Makes unstreamed and streamed calls in each mode; every row is a result as plain data. */
export async function run({ fromProvider, defineTool }, base) {
  const rows = []
  const settings = { apiKey: 'test-key', httpRetries: 0, env: {} }
  const told = (error) => ({ name: error.name, status: error.status, message: error.message })
  for (const [protocol, model, options, modes] of table(base)) {
    for (const mode of modes.split(' ')) {
      const row = { protocol, mode }
      rows.push(row)
      const messages = [{ role: 'user', content: answers[mode] ?? 'by text' }]
      try {
        const client = fromProvider(model, { ...settings, ...options, mode })
        const call = { responseModel: User, messages, maxRetries: 0 }
        const [whole, completion] = await client.createWithCompletion(call)
        const stream = client.createPartial(call)
        let snapshots = 0
        let last
        for await (last of stream) snapshots += 1
        const used = [completion.usage.totalTokens, (await stream.usage()).totalTokens]
        Object.assign(row, { whole, used, last, snapshots, streamed: await stream.final() })
      } catch (error) {
        row.failed = told(error)
      }
    }
    const [mode] = modes.split(' ')
    if (answers[mode] === 'by tool') {
      const weather = defineTool({
        name: 'weather',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        run: ({ city }) => `It rains in ${city}.`,
      })
      const client = fromProvider(model, { ...settings, ...options, mode, tools: [weather] })
      const call = { responseModel: User, messages: [{ role: 'user', content: 'own tool' }], maxRetries: 0 }
      const [whole, { attempts, usage: sum }] = await client
        .createWithCompletion(call)
        .catch((error) => [told(error), {}])
      const streamed = await client.createPartial(call).final().catch(told)
      rows.push({ protocol, steps: attempts?.length, used: sum?.totalTokens, whole, streamed })
    }
    for (const content of ['refused', 'too many']) {
      const client = fromProvider(model, { ...settings, ...options })
      const call = { responseModel: User, messages: [{ role: 'user', content }], maxRetries: 0 }
      const whole = await client.create(call).catch(told)
      const streamed = await client.createPartial(call).final().catch(told)
      rows.push({ protocol, content, whole, streamed })
    }
  }
  return rows
}
