// Texts in other languages and scripts.
import { either } from '../compare.mjs'
import { choice, integer, list, number, object, string } from '../schemas.mjs'

export const languages = [
  {
    id: 'german-person',
    text: 'Jürgen Weiß ist 61 Jahre alt und wohnt in Köln.',
    schema: object({ name: string(), age: integer(), city: string() }, 'Person'),
    right: { name: 'Jürgen Weiß', age: 61, city: 'Köln' },
  },
  {
    id: 'french-order',
    text: 'Je voudrais trois croissants et un café, s’il vous plaît.',
    schema: object({ croissants: integer(), coffees: integer() }, 'Order'),
    right: { croissants: 3, coffees: 1 },
  },
  {
    id: 'spanish-price',
    text: 'La camisa roja cuesta 25 euros.',
    schema: object({ item: string('In Spanish'), color: string('In Spanish'), price: number() }, 'Product'),
    right: { item: either('camisa', 'la camisa'), color: either('roja', 'rojo'), price: 25 },
  },
  {
    id: 'detect-language',
    text: 'Dove si trova la stazione?',
    schema: object({ language: choice('English', 'French', 'German', 'Italian') }, 'Text'),
    right: { language: 'Italian' },
  },
  {
    id: 'japanese-city',
    text: '田中さんは大阪に住んでいます。',
    schema: object({ name: string('In Japanese'), city: string('In Japanese') }, 'Person'),
    right: { name: either('田中', '田中さん'), city: '大阪' },
  },
  {
    id: 'russian-people',
    text: 'Анна и Борис живут в Москве.',
    schema: object({ names: list(string()), city: string() }, 'People'),
    right: {
      names: [either('Анна', 'Anna'), either('Борис', 'Boris')],
      city: either('Москва', 'Moscow', 'Москве'),
    },
  },
  {
    id: 'portuguese-sentiment',
    text: 'O filme foi horrível, perdi duas horas da minha vida.',
    schema: object({ sentiment: choice('positive', 'negative', 'neutral') }, 'Review'),
    right: { sentiment: 'negative' },
  },
]
