/**
 * Examples in which a model with a hundred million parameters is right, at temperature 0: short extractions and
 * classifications, each with ten texts. `npm run bench:playground` measures them (docs/playground.md).
 */
import type { Preset } from './preset.js'

interface Small {
  readonly id: string
  readonly name: string
  readonly about: string
  readonly zod: string
  /** The prompt for a text. */
  prompt(text: string): string
  readonly texts: readonly (readonly [text: string, value: unknown])[]
  readonly tokens: number
}

const person = (name: string, age: number, city: string) => ({ name, age, city })

const [negative, positive] = [{ sentiment: 'negative' }, { sentiment: 'positive' }]

const EXAMPLES: readonly Small[] = [
  {
    id: 'person',
    name: 'Person: three fields',
    about: 'The smallest extraction. “Another text” has nine more.',
    zod: `const Person = z.object({
  name: z.string().trim(),
  age: z.number().int(),
  city: z.string().trim(),
})`,
    prompt: (text) => `Extract the person: ${text}`,
    texts: [
      ['Jason is 25 years old and lives in Berlin.', person('Jason', 25, 'Berlin')],
      ['Maria, 34 years old, lives in Oslo.', person('Maria', 34, 'Oslo')],
      ['Ahmed lives in Cairo and is 61 years old.', person('Ahmed', 61, 'Cairo')],
      ['Chloe is 19 years old and lives in Lyon.', person('Chloe', 19, 'Lyon')],
      ['Kenji, 47 years old, lives in Osaka.', person('Kenji', 47, 'Osaka')],
      ['Grace lives in Boston and is 52 years old.', person('Grace', 52, 'Boston')],
      ['Pedro is 28 years old and lives in Lisbon.', person('Pedro', 28, 'Lisbon')],
      ['Ingrid, 73 years old, lives in Vienna.', person('Ingrid', 73, 'Vienna')],
      ['Samuel lives in London and is 31 years old.', person('Samuel', 31, 'London')],
      ['Lucy is 8 years old and lives in Dublin.', person('Lucy', 8, 'Dublin')],
    ],
    tokens: 83,
  },
  {
    id: 'review',
    name: 'Review: classification',
    about: 'An enum with two values. “Another text” has nine more.',
    zod: `const Review = z.object({
  sentiment: z.enum(['negative', 'positive']),
})`,
    prompt: (text) => `Classify the review: ${text}`,
    texts: [
      ['The screen cracked after two days, and the seller does not reply.', negative],
      ['Best headphones I have ever owned, I use them every day!', positive],
      ['It broke after one week. A waste of money.', negative],
      ['Great sound, easy to set up, and the support was friendly.', positive],
      ['The battery is dead by noon. I want my money back.', negative],
      ['I love this kettle. It is fast, quiet and beautiful.', positive],
      ['Terrible quality. The handle fell off.', negative],
      ['My kids enjoy this game a lot. We are very happy with it.', positive],
      ['The shoes hurt and the colour is ugly.', negative],
      ['Excellent book, I could not put it down.', positive],
    ],
    tokens: 71,
  },
  {
    id: 'year',
    name: 'Year: one number out of a sentence',
    about: '“Another text” has nine more.',
    zod: `const Event = z.object({
  year: z.number().int(),
})`,
    prompt: (text) => `Extract the year: ${text}`,
    texts: [
      ['The bridge was opened in 1937.', { year: 1937 }],
      ['She was born in 1984 in a small village.', { year: 1984 }],
      ['The war ended in 1945.', { year: 1945 }],
      ['Our company was founded in 2003.', { year: 2003 }],
      ['The museum has been in this building since 1891.', { year: 1891 }],
      ['In 1969 two people walked on the moon.', { year: 1969 }],
      ['The film came out in 2014.', { year: 2014 }],
      ['They married in 1976 and had two sons.', { year: 1976 }],
      ['The first train ran here in 1835.', { year: 1835 }],
      ['The treaty was signed in 1989.', { year: 1989 }],
    ],
    tokens: 68,
  },
]

export const SMALL: readonly Preset[] = EXAMPLES.map(({ id, name, about, zod, prompt, texts, tokens }) => {
  const prompts = texts.map(([text, value]) => ({ prompt: prompt(text), value }))
  const [{ prompt: first, value } = { prompt: '', value: undefined }] = prompts
  return { id, name, about, zod, prompt: first, answers: [{ value }], tokens, texts: prompts, small: true }
})
