/**
 * The examples of the menu: a prompt, a schema in Zod, and the recorded answers, one for each attempt. The answers are
 * values; `scripted` of `instructor-wasm/test` writes them in the wire format of the selected provider.
 */
import type { Preset } from './preset.js'
import { SMALL } from './small.js'

const invoice = {
  number: '2026-117',
  seller: 'Nordlicht GmbH',
  date: '2026-03-14',
  lines: [
    { item: 'Mechanical keyboard', quantity: 2, price: 49.9 },
    { item: 'USB-C cable', quantity: 3, price: 8.5 },
    { item: 'Monitor arm', quantity: 1, price: 119 },
  ],
  total: 244.3,
  currency: 'EUR',
}

const LARGE: Preset[] = [
  {
    id: 'invoice',
    name: 'Invoice: a wrong total is corrected',
    about:
      'The first answer fails two checks. The problems go back to the model, and the second answer is valid.',
    prompt: `Extract the invoice.

Nordlicht GmbH, invoice 2026-117, 14 March 2026
2 × Mechanical keyboard at 49.90
3 × USB-C cable at 8.50
1 × Monitor arm at 119.00
All prices in EUR.`,
    zod: `const Line = z.object({
  item: z.string(),
  quantity: z.number().int().positive(),
  price: z.number(),
})

const Invoice = z.object({
  number: z.string(),
  seller: z.string(),
  date: z.iso.date(),
  lines: z.array(Line).min(1),
  total: z.number(),
  currency: z.enum(['EUR', 'USD', 'GBP']),
}).refine(
  ({ lines, total }) =>
    Math.abs(lines.reduce((sum, l) => sum + l.quantity * l.price, 0) - total) < 0.005,
  { path: ['total'], message: 'must be the sum of quantity × price of all lines' },
)`,
    answers: [{ value: { ...invoice, date: '14 March 2026', total: 177.4 } }, { value: invoice }],
    tokens: 214,
  },
  {
    id: 'tasks',
    name: 'Meeting notes: a list, element by element',
    about: 'createIterable: each task is validated and shown as soon as it is complete.',
    prompt: `Extract all tasks from these notes.

Ada finishes the parser by Friday, that is urgent. Grace reviews the docs when she has time.
Linus looks into the flaky CI job before the release on Tuesday. Margaret writes the
announcement; the other teams wait for it. Barbara updates the examples next week.`,
    zod: `const Task = z.object({
  owner: z.string(),
  what: z.string().describe('in a few words, starting with a verb'),
  due: z.string().nullable(),
  priority: z.enum(['low', 'normal', 'urgent']),
})`,
    kind: 'list',
    answers: [
      {
        value: {
          tasks: [
            { owner: 'Ada', what: 'finish the parser', due: 'Friday', priority: 'urgent' },
            { owner: 'Grace', what: 'review the docs', due: null, priority: 'low' },
            { owner: 'Linus', what: 'look into the flaky CI job', due: 'Tuesday', priority: 'normal' },
            { owner: 'Margaret', what: 'write the announcement', due: null, priority: 'urgent' },
            { owner: 'Barbara', what: 'update the examples', due: 'next week', priority: 'normal' },
          ],
        },
      },
    ],
    tokens: 176,
  },
  {
    id: 'ticket',
    name: 'Support ticket: classification',
    about: 'Enums, a number with limits, and text that appears while it is written.',
    prompt: `Classify this ticket and draft a reply.

"Since yesterday's update the app signs me out every few minutes. I have a demo with a
customer at 3 pm today and cannot work like this!!"`,
    zod: `const Ticket = z.object({
  category: z.enum(['billing', 'bug', 'question', 'feature']),
  severity: z.number().int().min(1).max(5),
  product: z.string(),
  sentiment: z.enum(['positive', 'neutral', 'negative']),
  tags: z.array(z.string()).max(4),
  reply: z.string().max(400).describe('polite, two or three sentences'),
})`,
    answers: [
      {
        value: {
          category: 'bug',
          severity: 4,
          product: 'app',
          sentiment: 'negative',
          tags: ['sign-out', 'session', 'regression'],
          reply:
            'I am sorry that the update signs you out, today of all days. We are looking into it now; until it is fixed, "Stay signed in" in Settings → Account keeps the session. I will write to you before your demo at 3 pm.',
        },
      },
    ],
    tokens: 189,
  },
  {
    id: 'tools',
    name: 'Assistant: several tools in one answer',
    about: 'An array of schemas is one tool each. The model calls as many of them as it needs.',
    prompt: `What should I wear in Oslo and in Lisbon tomorrow? And remind me at 7 to pack.`,
    zod: `const Weather = z.object({
  city: z.string(),
  day: z.enum(['today', 'tomorrow']),
})

const Reminder = z.object({
  text: z.string(),
  at: z.iso.time(),
})

export default [Weather, Reminder]`,
    answers: [
      {
        toolCalls: [
          { name: 'Weather', arguments: { city: 'Oslo', day: 'tomorrow' } },
          { name: 'Weather', arguments: { city: 'Lisbon', day: 'tomorrow' } },
          { name: 'Reminder', arguments: { text: 'pack', at: '07:00' } },
        ],
      },
    ],
    tokens: 158,
  },
]

export const PRESETS: readonly Preset[] = [...LARGE, ...SMALL]
