// The pages of Python Instructor's documentation about providers and concepts (docs/integrations and docs/concepts of
// 567-labs/instructor): their examples as rows.
import { anthropic } from './pages/anthropic.mjs'
import { compatible, others } from './pages/compatible.mjs'
import { concepts } from './pages/concepts.mjs'
import { google } from './pages/google.mjs'
import { bedrock, cohere, hosts } from './pages/hosts.mjs'
import { openai } from './pages/openai.mjs'

export const pages = [
  ...openai,
  anthropic,
  ...google,
  bedrock,
  cohere,
  ...hosts,
  ...compatible,
  ...others,
  ...concepts,
]

/** Pages without a row, and why. */
export const without = [
  ['claude_agent_sdk.md', 'the SDK runs a program of the user’s machine; it is not an API'],
  ['index.md, model-selection.md', 'no examples of a call'],
  [
    'action_items.md, batch_classification_langsmith.md, youtube_clips.md',
    'articles, not pages of a provider',
  ],
  [
    'concepts: batch.md, caching.md, decisions.md, from_provider.md, hooks.md, logging.md, usage.md and others',
    'not about the value of an answer',
  ],
]
