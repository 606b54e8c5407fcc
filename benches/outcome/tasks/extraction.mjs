// Facts in a sentence, one object each.
import { either } from '../compare.mjs'
import { integer, number, object, string } from '../schemas.mjs'

export const extraction = [
  {
    id: 'person-age',
    text: 'Extract the person: Maria Jensen is 34 years old.',
    schema: object({ name: string(), age: integer() }, 'Person'),
    right: { name: 'Maria Jensen', age: 34 },
  },
  {
    id: 'book-year',
    text: 'The novel "The Left Hand of Darkness" by Ursula K. Le Guin was published in 1969.',
    schema: object({ title: string(), author: string(), year: integer() }, 'Book'),
    right: { title: 'The Left Hand of Darkness', author: 'Ursula K. Le Guin', year: 1969 },
  },
  {
    id: 'email-address',
    text: 'You can reach our support team at help@northwind.example or by phone.',
    schema: object({ email: string('The e-mail address') }, 'Contact'),
    right: { email: 'help@northwind.example' },
  },
  {
    id: 'film-director',
    text: 'Spirited Away, directed by Hayao Miyazaki, runs for 125 minutes.',
    schema: object({ film: string(), director: string(), minutes: integer('Running time') }, 'Film'),
    right: { film: 'Spirited Away', director: 'Hayao Miyazaki', minutes: 125 },
  },
  {
    id: 'order-item',
    text: 'Please send 12 boxes of printer paper to the office in Leeds.',
    schema: object(
      { product: string(), quantity: integer(), city: string('Where it is delivered') },
      'Order',
    ),
    right: { product: either('printer paper', 'boxes of printer paper'), quantity: 12, city: 'Leeds' },
  },
  {
    id: 'invoice-number',
    text: 'Invoice INV-20871 for 249.50 euros is due.',
    schema: object({ number: string('The number of the invoice'), amount: number() }, 'Invoice'),
    right: { number: 'INV-20871', amount: 249.5 },
  },
  {
    id: 'flight',
    text: 'Flight LH 441 leaves Houston for Frankfurt from gate D12.',
    schema: object({ flight: string(), from: string(), to: string(), gate: string() }, 'Flight'),
    right: { flight: either('LH 441', 'LH441'), from: 'Houston', to: 'Frankfurt', gate: 'D12' },
  },
]
