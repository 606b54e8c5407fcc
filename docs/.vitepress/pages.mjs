// The pages of the documentation in their order, for the navigation of the site and for llms.txt. A test compares the list with
// the files in docs/ (tests/runtimes/site.test.mjs). A line is a page, without `.md`, its title in the navigation, and its summary.
// Pages in docs/internals need no line: their heading is the title.
import { readdirSync, readFileSync } from 'node:fs'

function internals() {
  const folder = new URL('../internals/', import.meta.url)
  return readdirSync(folder)
    .sort()
    .map((file) => [
      `internals/${file.slice(0, -3)}`,
      readFileSync(new URL(file, folder), 'utf8').match(/^# (.*)/)[1],
      'For developers of the package.',
    ])
}

export const GROUPS = [
  [
    'Start',
    [
      [
        'getting-started',
        'Getting started',
        'Installation, the first call, keys, and a page for each runtime.',
      ],
      ['start/node', 'Node', 'A program and a server with node:http.'],
      ['start/nextjs', 'Next.js', 'Route handlers, streams to client components.'],
      ['start/workers', 'Cloudflare Workers', 'Secrets, env, streams, Workers KV, limits of memory.'],
      ['start/hono', 'Hono', 'Routes that extract values and relay streams.'],
      ['start/vite', 'Vite and bundlers', 'Pages that read a relay, and pages that call a provider.'],
      ['start/deno', 'Deno', 'Installation, permissions, deno serve.'],
      ['start/bun', 'Bun', 'Installation, a server, compiled programs.'],
      ['start/html', 'Plain HTML', 'A page with an import map, without a bundler.'],
    ],
  ],
  [
    'Guide',
    [
      ['guide', 'Calls', 'Options of a client, parameters and results of a call, messages, reasks.'],
      [
        'schemas',
        'Schemas',
        'How a schema is adapted to each provider, supported types, lint, lenient reading, validation.',
      ],
      [
        'modes',
        'Modes',
        'How a structured answer is requested: tools, JSON Schema, JSON; when to set a mode.',
      ],
      [
        'streaming',
        'Streaming',
        'Partial objects, lists element by element, relays that keep the key on a server.',
      ],
      ['tools', 'Tools', 'Answers of several kinds, and functions that the model calls before the answer.'],
      ['relay', 'Relays', 'serve: a handler with authorization, limits and streams that can be continued.'],
      ['ui', 'React, Vue, Svelte', 'useObject and useIterable: streams in views, typed by the schema.'],
      [
        'validation',
        'Checks and validators',
        'Rules beyond the schema: functions, context, validators that request a model.',
      ],
      [
        'reliability',
        'Retries, budgets, cache',
        'Retry policies, limits of tokens, dollars and time, cost, stores of the cache.',
      ],
      [
        'fallback',
        'Fallback',
        'Other providers for a call that fails; from a model in the page to a server.',
      ],
      ['media', 'Images, audio, PDF', 'Files in messages: URLs, bytes, Blobs, base64, paths.'],
      ['templating', 'Templates', 'Jinja in messages: filters, methods, tests, limits.'],
      ['batch', 'Batches', 'Many calls as one job of the provider, at a lower price.'],
      ['hooks', 'Hooks and tracing', 'Events of calls, logs, OpenTelemetry.'],
      ['testing', 'Testing', 'A scripted fetch in the wire format of each provider, faults included.'],
      ['errors', 'Errors', 'Every class and message with its cause and its remedy.'],
      ['security', 'Security', 'Keys in pages, relays, text of users in prompts, CORS, limits.'],
      ['loading', 'Loading WebAssembly', 'Which files an app loads, when, and how they are delivered.'],
      ['recipes', 'Recipes', 'Classification, PDF files, citations, plans, graphs, many documents, cost.'],
      [
        'playground',
        'Playground',
        'A page that shows streams, attempts and schemas, with recordings, a model in the page, or your key.',
      ],
      ['cli', 'Command line', 'npx instructor-wasm docs, providers, lint, extract.'],
    ],
  ],
  [
    'Providers',
    [
      ['providers/README', 'All providers', 'Keys, modes and CORS of each provider.'],
      ['providers/openai', 'OpenAI, Azure', 'Chat completions, the Responses API, Azure OpenAI.'],
      [
        'providers/openai-compatible',
        'OpenAI-compatible',
        'Hosts with the API of OpenAI, and any other compatible server.',
      ],
      ['providers/anthropic', 'Anthropic', 'Claude: modes, thinking, media.'],
      ['providers/google', 'Google', 'The Gemini API and Vertex AI, with their credentials.'],
      ['providers/bedrock', 'AWS Bedrock', 'Converse with SigV4, and the OpenAI-compatible API.'],
      ['providers/cohere', 'Cohere', 'Chat v2: modes and notes.'],
      ['providers/workers-ai', 'Workers AI', 'The REST API, and the binding of a Worker.'],
      ['providers/gateways', 'Gateways', 'OpenRouter, LiteLLM, Vercel and others.'],
      ['providers/local-servers', 'Local servers', 'Ollama, llama.cpp, vLLM, LM Studio and others.'],
      ['providers/in-browser', 'In the browser', "Chrome's built-in model and WebLLM."],
      [
        'providers/sdk-clients',
        'Clients of SDKs',
        'fromOpenAI, fromAnthropic and others reuse the client of an SDK.',
      ],
    ],
  ],
  [
    'From other libraries',
    [
      ['from-ai-sdk', 'AI SDK', 'The same tasks with the AI SDK and with this package.'],
      ['from-openai', 'openai', 'chat.completions.parse and streams of the openai SDK, and the same here.'],
      [
        'from-instructor-js',
        'instructor-js',
        'Its programs with the import changed, and with the main entry.',
      ],
      ['migration', 'Python', "The entry with the names of Python's Instructor."],
      [
        'differences',
        'Differences from Python',
        'Each deliberate difference from Python Instructor, with its reason.',
      ],
      [
        'comparison',
        'Comparison',
        'Measured: streams, calls, downloads, next to the AI SDK, openai and instructor-js.',
      ],
    ],
  ],
  [
    'Internals',
    [
      ...internals(),
      ['reask-rules', 'Turns of a conversation', 'The requirements of each API on second requests.'],
    ],
  ],
]
