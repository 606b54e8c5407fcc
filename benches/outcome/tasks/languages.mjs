// Texts in other languages and scripts.
import { either } from '../compare.mjs'
import { choice, date, integer, list, number, object, string } from '../schemas.mjs'

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
  {
    id: 'dutch-person',
    text: 'Sanne de Vries is 29 jaar oud en woont in Utrecht.',
    schema: object({ name: string(), age: integer(), city: string() }, 'Person'),
    right: { name: 'Sanne de Vries', age: 29, city: 'Utrecht' },
  },
  {
    id: 'polish-book',
    text: 'Powieść „Lalka” napisał Bolesław Prus.',
    schema: object({ title: string('As in the text'), author: string() }, 'Book'),
    right: { title: 'Lalka', author: 'Bolesław Prus' },
  },
  {
    id: 'chinese-person',
    text: '王芳今年二十六岁,住在北京。',
    schema: object({ name: string('In Chinese'), age: integer(), city: string('In Chinese') }, 'Person'),
    right: { name: '王芳', age: 26, city: either('北京', '北京市') },
  },
  {
    id: 'swedish-weather',
    text: 'I Malmö regnar det i dag, och det är 9 grader.',
    schema: object({ city: string(), degrees: number(), weather: choice('sun', 'rain', 'snow') }, 'Weather'),
    right: { city: 'Malmö', degrees: 9, weather: 'rain' },
  },
  {
    id: 'turkish-sentiment',
    text: 'Bu otel harikaydı, kesinlikle tekrar geleceğiz!',
    schema: object({ sentiment: choice('positive', 'negative', 'neutral') }, 'Review'),
    right: { sentiment: 'positive' },
  },
  {
    id: 'french-meeting',
    text: 'La réunion aura lieu le 12 mai 2026 à Lyon.',
    schema: object({ date: date(), city: string() }, 'Meeting'),
    right: { date: '2026-05-12', city: 'Lyon' },
  },
  {
    id: 'italian-fruit',
    text: 'Al mercato ho comprato mele, pere e uva.',
    schema: object({ fruits: list(string(), 'In Italian') }, 'Purchase'),
    right: { fruits: [either('mele', 'mela'), either('pere', 'pera'), either('uva', 'uve')] },
  },
  {
    id: 'greetings',
    text: 'Anja writes "Guten Morgen", Luc writes "Bonjour" and Pilar writes "Buenos días".',
    schema: list(
      object({ name: string(), language: choice('English', 'French', 'German', 'Spanish') }, 'Writer'),
    ),
    right: [
      { name: 'Anja', language: 'German' },
      { name: 'Luc', language: 'French' },
      { name: 'Pilar', language: 'Spanish' },
    ],
  },
]
