// Hosts without a row in the registry, and pages about other products.
import { forced, ivan, mode, nested, objects, page } from './page.mjs'

/** Hosts without a row in the registry: a client of `openai-compatible` with their address. */
export const compatible = [
  [
    'atlascloud',
    'deepseek-ai/deepseek-v4-pro',
    'https://api.atlascloud.ai/v1',
    ['Simple User Example (Sync)', 'Simple User Example (Async)'],
    ['TOOLS', 'JSON_SCHEMA', 'MD_JSON'],
  ],
  [
    'cortex',
    'llama3.2:3b-gguf-q4-km',
    'http://localhost:39281/v1',
    ['Simple User Example (Sync)', 'Simple User Example (Async)', nested],
    [],
  ],
  ['daoxe', 'some-model', 'https://daoxe.com/v1', ['Simple example', 'Using `from_provider` style'], []],
  [
    'doubleword',
    'Qwen/Qwen3.5-397B-A17B',
    'https://api.doubleword.ai/v1',
    ['Simple User Example (Sync)', 'Simple User Example (Async)', ['Nested Models and Validation', 'nested']],
    [],
  ],
  [
    'hubris',
    'openai/gpt-5.6-luna',
    'https://api.hubris.pw/v1',
    [
      'Simple User Example (Sync)',
      'Simple User Example (Async)',
      'Bring your own client',
      nested,
      ['Streaming Support', 'partial'],
    ],
    ['TOOLS', 'JSON_SCHEMA', 'MD_JSON'],
  ],
  [
    'manifest',
    'auto',
    'http://localhost:3001/v1',
    [
      'Simple User Example (Sync)',
      'Simple User Example (Async)',
      ['Nested Object Example', 'nested'],
      ['Streaming', 'partial'],
      'Self-Hosted',
    ],
    [],
  ],
  [
    'orcarouter',
    'openai/gpt-4o-mini',
    'https://api.orcarouter.ai/v1',
    [
      'Quick Start',
      'Async Example',
      'Adaptive Routing with `orcarouter/auto`',
      [
        'Routing Preferences via `extra_body`',
        'user',
        {
          params: { extraBody: { models: ['a', 'b'], route: 'fallback' } },
          sent: { models: ['a', 'b'], route: 'fallback' },
        },
      ],
      'Manual Client Construction',
    ],
    ['TOOLS', 'JSON_SCHEMA', 'MD_JSON'],
  ],
  [
    'pinstripes',
    'ps/deepseek-v4-flash',
    'https://pinstripes.io/v1',
    ['Sync Example', 'Async Example', objects, ['Validation and Retries', 'retries']],
    ['TOOLS', 'JSON', 'JSON_SCHEMA', 'MD_JSON'],
  ],
  [
    'requesty',
    'openai/gpt-4o-mini',
    'https://router.requesty.ai/v1',
    ['Simple User Example (Sync)', 'Simple User Example (Async)', 'Using the OpenAI client directly'],
    ['TOOLS', 'JSON', 'MD_JSON'],
  ],
  [
    'sarvam',
    'sarvam-30b',
    'https://api.sarvam.ai/v1',
    [
      ['Quick start', 'user', { mode: 'MD_JSON' }],
      ['Async usage', 'user', { mode: 'MD_JSON' }],
    ],
    ['MD_JSON', 'TOOLS', 'JSON_SCHEMA'],
  ],
].map(([name, model, baseURL, examples, modes]) =>
  page(
    name,
    `openai-compatible/${model}`,
    [...examples.map((one) => (Array.isArray(one) ? one : [one, 'user', ivan])), ...modes.map(mode)],
    {
      options: { baseURL },
      // A model that reasons refuses a forced tool.
      choice: /deepseek-v4/.test(model) ? () => 'auto' : forced,
      path: `${new URL(baseURL).pathname}/chat/completions`,
    },
  ),
)

/** Pages about other products around a call. */
export const others = [
  page('mlflow', 'openai/gpt-4o', [['OpenAI Tracing Example', 'judged']]),
  page('akf', 'openai/gpt-4', [['Example: Stamp Instructor Output', 'user']]),
  page('token0', 'openai/gpt-4.1', [
    ['Quick Start', 'image data', { rewrites: true }],
    ['Remove the Hook', 'image data', { rewrites: false }],
  ]),
]
