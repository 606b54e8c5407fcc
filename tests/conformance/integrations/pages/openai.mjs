// OpenAI, its Responses, and Azure.
import { files } from '../examples.mjs'
import { dataPart, ivan, mode, openaiModes, page, parallel, streams, usual } from './page.mjs'

export const openai = [
  page('openai', 'openai/gpt-4o-mini', [
    ...usual,
    [
      'Image',
      'image',
      {
        sentMessages: [
          {
            content: [
              { type: 'text' },
              { type: 'image_url', image_url: { url: 'https://example.com/image.jpg' } },
            ],
          },
        ],
      },
    ],
    [
      'Image from base64',
      'image data',
      {
        sentMessages: [
          {
            content: [
              { type: 'text' },
              { type: 'image_url', image_url: { url: `${dataPart('image/png')}${files.png}` } },
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
              { type: 'file', file: { file_data: `${dataPart('application/pdf')}${files.pdf}` } },
            ],
          },
        ],
      },
    ],
    [
      'Audio',
      'audio',
      {
        model: 'gpt-4o-audio-preview',
        params: { extraBody: { modalities: ['text'] } },
        sent: { modalities: ['text'] },
        sentMessages: [
          {
            content: [
              { type: 'text' },
              { type: 'input_audio', input_audio: { data: files.wav, format: 'wav' } },
            ],
          },
        ],
      },
    ],
    ...streams,
    ...openaiModes,
    mode('FUNCTIONS'),
    parallel('Modes: PARALLEL_TOOLS'),
    ['Modes: JSON_O1', 'user', { mode: 'JSON_O1', model: 'o1-mini', as: 'JSON_SCHEMA' }],
  ]),
  page(
    'openai-responses',
    'openai/gpt-4.1-mini',
    [
      ['Quick Start', 'user', ivan],
      ['Basic Creation', 'user'],
      ['Create with Completion', 'completion'],
      ['Iterable Creation', 'iterable'],
      ['Partial Creation', 'partial'],
      [
        'Web Search',
        'user',
        {
          params: { tools: [{ type: 'web_search_preview' }] },
          as: 'RESPONSES_TOOLS with tools',
          others: [{ type: 'web_search_call', id: 'ws_1', status: 'completed' }],
        },
      ],
      [
        'File Search',
        'user',
        {
          params: { tools: [{ type: 'file_search', vector_store_ids: ['v1'] }] },
          as: 'RESPONSES_TOOLS with tools',
          others: [{ type: 'file_search_call', id: 'fs_1', status: 'completed', queries: ['Kyoto'] }],
        },
      ],
    ],
    { wire: 'responses', path: '/v1/responses', mode: 'RESPONSES_TOOLS' },
  ),
  page(
    'azure',
    'azure_openai/gpt-4o-mini',
    [
      ['Basic Usage', 'user'],
      ['Async Implementation', 'user'],
      ['Nested Models', 'nested'],
      ...streams,
      ...openaiModes,
    ],
    {
      options: { azureEndpoint: 'https://res.openai.azure.com', apiVersion: '2024-02-01' },
      path: '/openai/deployments/gpt-4o-mini/chat/completions',
      header: { 'api-key': 'key' },
    },
  ),
]
