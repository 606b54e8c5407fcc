// Bedrock, Cohere, and hosts with a row in the registry.
import {
  iterable,
  ivan,
  later,
  mode,
  nested,
  objects,
  openaiModes,
  page,
  streams,
  sync,
  usual,
} from './page.mjs'

const sonnet = 'anthropic.claude-3-sonnet-20240229-v1:0'
export const bedrock = page(
  'bedrock',
  `bedrock/${sonnet}`,
  [
    ['Sync Example', 'user'],
    ['Async Example', 'user'],
    mode('TOOLS'),
    mode('MD_JSON'),
    objects,
    ...['amazon.nova-micro-v1:0', 'meta.llama3-70b-instruct-v1:0', 'mistral.mistral-large-2402-v1:0'].map(
      (model) => [`Latest Model Support: ${model}`, 'user', { model, as: 'MD_JSON' }],
    ),
    [
      'Advanced Configuration',
      'user',
      {
        params: { maxTokens: 2048, temperature: 0.1, extraBody: {} },
        sent: { inferenceConfig: { maxTokens: 2048, temperature: 0.1 } },
      },
    ],
  ],
  {
    wire: 'bedrock',
    path: `/model/${encodeURIComponent(sonnet)}/converse`,
    header: { authorization: 'AWS4-HMAC-SHA256 Credential=' },
    options: {
      apiKey: undefined,
      env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'us-east-1' },
    },
    choice: (name) => ({ tool: { name } }),
  },
)

export const cohere = page(
  'cohere',
  'cohere/command-r-plus',
  [['Example', 'nested', { params: { maxTokens: 1000 }, sent: { max_tokens: 1000 } }], ...usual, iterable],
  {
    wire: 'cohere',
    path: '/v2/chat',
    choice: () => 'REQUIRED',
  },
)

const cerebras = page('cerebras', 'cerebras/llama3.1-70b', [
  ...usual,
  ['Streaming Support', 'partial', { mode: 'JSON' }],
  ['Iterable Example', 'iterable', { mode: 'JSON' }],
  ['Instructor Hooks', 'retries', { hooks: true }],
  ...['JSON', 'TOOLS', 'MD_JSON'].map(mode),
])

export const hosts = [
  cerebras,
  page(
    'databricks',
    'databricks/dbrx-instruct',
    [
      ['Basic Example', 'user'],
      ['Async Example', 'user'],
      ...openaiModes.slice(0, 3),
      // The API has no strict tools, so the mode is TOOLS.
      ['Modes: TOOLS_STRICT', 'user', { mode: 'TOOLS_STRICT', as: 'TOOLS' }],
    ],
    {
      options: { baseURL: 'https://dbc.example.com/serving-endpoints' },
      path: '/serving-endpoints/chat/completions',
    },
  ),
  page(
    'deepseek',
    'deepseek/deepseek-chat',
    [
      ...usual,
      ...streams,
      [
        'Reasoning Models',
        'completion',
        { model: 'deepseek-reasoner', mode: 'MD_JSON', reasoning: 'The name is Jason.' },
      ],
    ],
    { path: '/chat/completions' },
  ),
  page(
    'fireworks',
    'fireworks/accounts/fireworks/models/llama-v3-8b-instruct',
    [...usual, ['Partial Streaming Example', 'partial'], iterable, mode('JSON'), mode('TOOLS')],
    { path: '/inference/v1/chat/completions' },
  ),
  page(
    'groq',
    'groq/llama3-8b-8192',
    [
      ['Sync Example', 'user'],
      ['Async Example', 'user'],
      ['Nested Object', 'nested'],
    ],
    {
      path: '/openai/v1/chat/completions',
    },
  ),
  page('inceptionlabs', 'inception/mercury-2', [
    ['Simple User Example (Sync)', 'user', { params: { maxTokens: 1024 }, sent: { max_tokens: 1024 } }],
    later,
    nested,
    mode('JSON_SCHEMA'),
    mode('TOOLS'),
  ]),
  page(
    'litellm',
    'litellm/gpt-3.5-turbo',
    [
      sync,
      later,
      ['Cost Calculation', 'completion', { params: { prices: { inputPerMillion: 1, outputPerMillion: 2 } } }],
    ],
    {
      options: { baseURL: 'http://localhost:4000' },
    },
  ),
  page(
    'llama-cpp-python',
    'llama_cpp_python/openhermes',
    [
      ['Quick Start with from_provider', 'user', { mode: 'TOOLS' }],
      ['llama-cpp-python', 'user', { mode: 'JSON_SCHEMA', as: 'json_object with a schema' }],
    ],
    { options: { baseURL: 'http://localhost:8080/v1' } },
  ),
  page('minimax', 'minimax/MiniMax-Text-01', [
    ['Sync Example', 'user'],
    ['Async Example', 'user'],
    objects,
    mode('TOOLS'),
    mode('JSON'),
  ]),
  page(
    'mistral',
    'mistral/mistral-large-latest',
    [
      ['Simple User Example (Sync)', 'user', { params: { temperature: 0 }, sent: { temperature: 0 } }],
      ['Async Example', 'user'],
      nested,
      ['Streaming Partial Responses', 'partial'],
      ['Streaming Iterable Collections', 'iterable'],
      mode('TOOLS'),
      mode('JSON_SCHEMA'),
    ],
    { choice: () => 'any' },
  ),
  page(
    'ollama',
    'ollama/llama3.1',
    [
      [
        'Timeout Handling with Ollama',
        'user',
        { model: 'llama2', mode: 'JSON', params: { maxRetries: 2, timeout: 10_000 } },
      ],
      ['Quick Start with Auto Client', 'user', { model: 'llama2', as: 'JSON' }],
      ['Intelligent Mode Selection: llama3.1', 'user'],
      ['Intelligent Mode Selection: qwen2.5', 'user', { model: 'qwen2.5' }],
      ['Intelligent Mode Selection: mode=JSON', 'user', { mode: 'JSON' }],
      ['Intelligent Mode Selection: mode=TOOLS', 'user', { model: 'llama2', mode: 'TOOLS' }],
      ['Manual Setup', 'nested', { model: 'llama2', mode: 'JSON' }],
    ],
    { options: { apiKey: undefined }, header: {} },
  ),
  page(
    'openrouter',
    'openrouter/google/gemini-2.0-flash-lite-001',
    [
      [
        'Simple User Example (Sync)',
        'user',
        {
          params: { provider: { require_parameters: true } },
          sent: { provider: { require_parameters: true } },
        },
      ],
      later,
      ['Nested Object Example ( Sync )', 'nested'],
      ['Structured Outputs (Sync)', 'user', { mode: 'JSON_SCHEMA' }],
      ['JSON Mode', 'user', { mode: 'JSON' }],
      ['Streaming', 'partial', { mode: 'JSON' }],
    ],
    { path: '/api/v1/chat/completions' },
  ),
  page(
    'perplexity',
    'perplexity/sonar',
    [
      ['Sync Example', 'user'],
      ['Async Example', 'user'],
      objects,
      ['Supported Modes', 'user', { mode: 'MD_JSON' }],
    ].map(([heading, kind, more]) => [heading, kind, { as: 'json_schema', ...more }]),
    { path: '/chat/completions' },
  ),
  page('sambanova', 'sambanova/Meta-Llama-3.1-405B-Instruct', [
    ['Basic Usage', 'user', ivan],
    ['Async Usage', 'user', ivan],
  ]),
  page('together', 'together/mistralai/Mixtral-8x7B-Instruct-v0.1', [['Together AI', 'user']]),
  page('anyscale', 'anyscale/mistralai/Mixtral-8x7B-Instruct-v0.1', [
    ['Basic Example', 'user', { mode: 'JSON_SCHEMA', as: 'json_object with a schema' }],
    ...['TOOLS', 'JSON', 'MD_JSON'].map(mode),
  ]),
  page(
    'truefoundry',
    'truefoundry/openai-main/gpt-4o',
    [
      ['Configure Instructor with TrueFoundry Gateway', 'user'],
      ['Basic Structured Data Extraction', 'user'],
      ['Complex Data Structures with Lists', 'nested'],
    ],
    { options: { baseURL: 'https://gateway.example.com/api/llm' }, path: '/api/llm/chat/completions' },
  ),
  page(
    'writer',
    'writer/palmyra-x-004',
    [['Sync Example', 'user'], ['Async Example', 'user'], objects, ['Partial Streaming', 'partial']],
    {
      path: '/v1/chat',
      choice: () => 'auto',
    },
  ),
  page('xai', 'xai/grok-3-mini', [...usual, mode('JSON_SCHEMA'), mode('TOOLS')]),
]
