/** The examples of the menu. Small enough for a 135M model, each showing one thing. */
export interface Preset {
  name: string
  prompt: string
  schema: object
}

const text = { type: 'string' }
const object = (title: string, properties: Record<string, object>, required = Object.keys(properties)) => ({
  title,
  type: 'object',
  properties,
  required,
})

export const PRESETS: Preset[] = [
  {
    name: 'A person',
    prompt: 'Extract the user: Jason is 25 years old and lives in Berlin.',
    schema: object('User', { name: text, age: { type: 'integer', minimum: 0 }, city: text }),
  },
  {
    name: 'A list of tasks',
    prompt:
      'Extract the tasks from these notes:\nAda writes the parser by Friday, it is urgent.\nGrace reviews the docs when she has time.',
    schema: object('TaskList', {
      tasks: {
        type: 'array',
        items: object('Task', { owner: text, what: text, priority: { enum: ['low', 'normal', 'urgent'] } }),
        maxItems: 4,
      },
    }),
  },
  {
    name: 'Sentiment',
    prompt: 'Classify: "The battery is great but the screen broke after two days. Never again."',
    schema: object('Review', {
      sentiment: { enum: ['positive', 'neutral', 'negative'] },
      score: { type: 'integer', minimum: 1, maximum: 5 },
      reason: { type: 'string', maxLength: 120 },
    }),
  },
  {
    name: 'An invoice',
    prompt:
      'Invoice 2026-117 from Nordlicht GmbH, 14 March 2026.\n2 × keyboard at 49.90, 1 × cable at 8.50. Total 108.30 EUR.',
    schema: object('Invoice', {
      number: text,
      seller: text,
      date: { type: 'string', format: 'date' },
      lines: {
        type: 'array',
        items: object('Line', { item: text, quantity: { type: 'integer' }, price: { type: 'number' } }),
        maxItems: 5,
      },
      total: { type: 'number' },
      currency: { enum: ['EUR', 'USD', 'GBP'] },
    }),
  },
  {
    name: 'A rule that is hard to guess (shows the retries)',
    prompt: 'Pick a lucky number for Jason.',
    schema: object('Lucky', {
      name: text,
      number: { type: 'integer', multipleOf: 7, description: 'a multiple of seven' },
    }),
  },
]
