// Anthropic.
import { files } from '../examples.mjs'
import { dataPart, mode, page, parallel, streams } from './page.mjs'

const thinking = { type: 'enabled', budget_tokens: 1024 }

export const anthropic = page(
  'anthropic',
  'anthropic/claude-3-5-haiku-latest',
  [
    ['Basic Usage', 'nested', { params: { maxTokens: 1024 }, sent: { max_tokens: 1024 } }],
    ['Async Example', 'user'],
    parallel('Parallel Tool Calling'),
    [
      'Image',
      'image',
      {
        sentMessages: [
          {
            content: [
              { type: 'text' },
              { type: 'image', source: { type: 'url', url: 'https://example.com/image.jpg' } },
            ],
          },
        ],
      },
    ],
    [
      'PDF',
      'pdf',
      {
        sentMessages: [
          {
            content: [
              { type: 'text' },
              {
                type: 'document',
                source: { type: 'base64', media_type: 'application/pdf', data: files.pdf },
              },
            ],
          },
        ],
      },
    ],
    [
      'PdfWithCacheControl',
      'pdf',
      {
        messages: [
          {
            role: 'user',
            content: [
              'Extract the total and the items',
              {
                type: 'document',
                source: `${dataPart('application/pdf')}${files.pdf}`,
                cache_control: { type: 'ephemeral' },
              },
            ],
          },
        ],
        sentMessages: [
          { content: [{ type: 'text' }, { type: 'document', cache_control: { type: 'ephemeral' } }] },
        ],
        call: 'completion',
        usage: { cacheWriteTokens: 7 },
      },
    ],
    ...streams,
    mode('JSON'),
    [
      'Caching Text Input',
      'completion',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: '<book>Jason is 25.</book>', cache_control: { type: 'ephemeral' } },
              { type: 'text', text: 'Extract a character' },
            ],
          },
        ],
        sentMessages: [
          {
            content: [
              { cache_control: { type: 'ephemeral' } },
              { type: 'text', text: 'Extract a character' },
            ],
          },
        ],
      },
    ],
    [
      'Caching Images',
      'image',
      {
        messages: [
          {
            role: 'user',
            content: [
              'What is in this image?',
              {
                type: 'image',
                source: 'https://example.com/image.jpg',
                cache_control: { type: 'ephemeral' },
              },
            ],
          },
        ],
        sentMessages: [
          { content: [{ type: 'text' }, { type: 'image', cache_control: { type: 'ephemeral' } }] },
        ],
      },
    ],
    [
      'Using Extended Thinking with TOOLS',
      'user',
      {
        model: 'claude-sonnet-4-20250514',
        params: { thinking, maxTokens: 2000, temperature: 1 },
        as: 'TOOLS with thinking',
        reasoning: 'He says 25.',
        sent: { thinking, tool_choice: { type: 'auto' } },
      },
    ],
  ],
  {
    wire: 'anthropic',
    path: '/v1/messages',
    header: { 'x-api-key': 'key' },
    choice: (name) => ({ type: 'tool', name }),
  },
)
