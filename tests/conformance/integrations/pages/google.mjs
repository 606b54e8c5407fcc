// Gemini by its two SDKs, and Vertex AI.
import { files } from '../examples.mjs'
import { iterable, later, mode, nested, page, streams, sync, usual } from './page.mjs'

const generate = (model, end = 'generateContent') => `/v1beta/models/${model}:${end}`
const any = (name) => ({ functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [name] } })
const gemini = {
  wire: 'gemini',
  path: generate('gemini-2.0-flash-001'),
  streamPath: generate('gemini-2.0-flash-001', 'streamGenerateContent'),
  header: { 'x-goog-api-key': 'key' },
  choice: any,
}
const inline = (mimeType, data) => ({ inlineData: { mimeType, data } })

export const google = [
  page('google', 'google/gemini-2.0-flash-001', [...usual, ...streams, mode('JSON'), mode('TOOLS')], gemini),
  page(
    'genai',
    'google/gemini-2.0-flash-001',
    [
      ['Basic Usage', 'user'],
      ['Message Formatting', 'user'],
      [
        'System Messages',
        'user',
        {
          messages: [
            { role: 'system', content: 'You extract data' },
            { role: 'user', content: 'Jason is 25 years old' },
          ],
          sent: { systemInstruction: { parts: [{ text: 'You extract data' }] } },
        },
      ],
      ['Template Variables', 'template'],
      ['Validation and Retries', 'retries'],
      [
        'Image Processing: an address in a text',
        'image in a text',
        { sentParts: [{}, { fileData: { fileUri: 'https://example.com/image.jpg' } }] },
      ],
      [
        'Image Processing: Image.from_path',
        'image data',
        { sentParts: [{}, inline('image/png', files.png)] },
      ],
      ['Audio Processing', 'audio', { sentParts: [{}, inline('audio/wav', files.wav)] }],
      ['PDF Processing', 'pdf', { sentParts: [{}, inline('application/pdf', files.pdf)] }],
      [
        'Using Files',
        'audio',
        {
          messages: [
            {
              role: 'user',
              content: [
                'Summarise the audio',
                { fileData: { fileUri: 'https://example.com/v1beta/files/a1', mimeType: 'audio/wav' } },
              ],
            },
          ],
          sentParts: [{}, { fileData: { fileUri: 'https://example.com/v1beta/files/a1' } }],
        },
      ],
      ['Partial Streaming', 'partial', { mode: 'JSON_SCHEMA' }],
      ['Async Support', 'user'],
    ],
    gemini,
  ),
  ...['vertex', 'vertexai'].map((name) =>
    page(
      name,
      'vertexai/gemini-1.5-flash',
      name === 'vertex'
        ? [
            sync,
            later,
            ['Streaming Partial Responses', 'partial'],
            ['Streaming Iterable Collections', 'iterable'],
          ]
        : [
            ['Simple User Example', 'user'],
            ['Async Implementation', 'user'],
            nested,
            ['Partial Streaming Example', 'partial'],
            iterable,
          ],
      {
        ...gemini,
        options: { project: 'p', location: 'us-central1' },
        path: '/v1beta1/projects/p/locations/us-central1/publishers/google/models/gemini-1.5-flash:generateContent',
        streamPath:
          '/v1beta1/projects/p/locations/us-central1/publishers/google/models/gemini-1.5-flash:streamGenerateContent',
      },
    ),
  ),
]
