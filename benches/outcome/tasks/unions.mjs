// One of several shapes.
import { either } from '../compare.mjs'
import { integer, list, number, object, string, tagged } from '../schemas.mjs'

const shape = tagged('kind', {
  circle: { radius: number() },
  square: { side: number() },
})

export const unions = [
  {
    id: 'circle',
    text: 'Draw a circle with radius 7.',
    schema: object({ shape }, 'Drawing'),
    right: { shape: { kind: 'circle', radius: 7 } },
  },
  {
    id: 'square',
    text: 'Draw a square with sides of 12.',
    schema: object({ shape }, 'Drawing'),
    right: { shape: { kind: 'square', side: 12 } },
  },
  {
    id: 'command',
    text: 'Turn the volume up to 40.',
    schema: object(
      {
        command: tagged('action', {
          set_volume: { level: integer() },
          play: { song: string() },
          stop: {},
        }),
      },
      'Request',
    ),
    right: { command: { action: 'set_volume', level: 40 } },
  },
  {
    id: 'search-or-answer',
    text: 'What is the weather in Lima today? You have no data: search for it.',
    schema: object(
      { step: tagged('type', { search: { query: string() }, answer: { text: string() } }) },
      'Step',
    ),
    judge: ({ step }) => step.type === 'search' && /lima/i.test(step.query),
  },
  {
    id: 'name-or-number',
    text: 'My customer number is 55012.',
    schema: object({ customer: { anyOf: [{ type: 'integer' }, { type: 'string' }] } }, 'Customer'),
    right: { customer: either(55012, '55012') },
  },
  {
    id: 'payments',
    text: 'Lea paid 20 in cash. Tim paid 35 by card ending in 4242.',
    schema: list(
      tagged('method', {
        cash: { payer: string(), amount: number() },
        card: { payer: string(), amount: number(), last_digits: string() },
      }),
    ),
    right: [
      { method: 'cash', payer: 'Lea', amount: 20 },
      { method: 'card', payer: 'Tim', amount: 35, last_digits: '4242' },
    ],
  },
  {
    id: 'vehicle',
    text: 'For sale: a truck with a load capacity of 7.5 tons.',
    schema: object(
      { vehicle: tagged('type', { car: { seats: integer() }, truck: { tons: number() } }) },
      'Offer',
    ),
    right: { vehicle: { type: 'truck', tons: 7.5 } },
  },
]
