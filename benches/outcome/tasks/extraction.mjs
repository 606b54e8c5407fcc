// Facts in a sentence, one object each.
import { either } from '../compare.mjs'
import { choice, integer, number, object, string } from '../schemas.mjs'

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
  {
    id: 'pet-dog',
    text: 'Our dog Bruno is a beagle and weighs 11 kilograms.',
    schema: object({ name: string(), breed: string(), weight: number('In kilograms') }, 'Dog'),
    right: { name: 'Bruno', breed: either('beagle', 'a beagle'), weight: 11 },
  },
  {
    id: 'doctor-phone',
    text: 'To make an appointment, call Dr. Amira Haddad at 555-0142.',
    schema: object({ doctor: string('The name of the doctor'), phone: string() }, 'Appointment'),
    right: {
      doctor: either('Dr. Amira Haddad', 'Dr Amira Haddad', 'Amira Haddad', 'Dr. Haddad', 'Haddad'),
      phone: either('555-0142', '5550142', '555 0142'),
    },
  },
  {
    id: 'song-album',
    text: 'The song "Blue Harbour" is on the album "Northern Lights" by the band Kestrel.',
    schema: object({ song: string(), album: string(), band: string() }, 'Song'),
    right: { song: 'Blue Harbour', album: 'Northern Lights', band: either('Kestrel', 'the band Kestrel') },
  },
  {
    id: 'job-offer',
    text: 'Greenfield Labs is hiring a data analyst in Dublin. The salary is 52,000 euros a year.',
    schema: object(
      { company: string(), position: string(), city: string(), salary: integer('In euros a year') },
      'Job',
    ),
    right: {
      company: 'Greenfield Labs',
      position: either('data analyst', 'a data analyst'),
      city: 'Dublin',
      salary: 52000,
    },
  },
  {
    id: 'hotel-room',
    text: 'Room 214 is booked for Mr. Okafor for three nights.',
    schema: object(
      { room: integer('The number of the room'), guest: string(), nights: integer() },
      'Reservation',
    ),
    right: { room: 214, guest: either('Mr. Okafor', 'Mr Okafor', 'Okafor'), nights: 3 },
  },
  {
    id: 'mountain',
    text: 'Mount Kenya, which is 5,199 metres high, is the second-highest mountain in Africa.',
    schema: object({ name: string(), height: integer('In metres'), continent: string() }, 'Mountain'),
    right: { name: either('Mount Kenya', 'Mt. Kenya', 'Mt Kenya'), height: 5199, continent: 'Africa' },
  },
  {
    id: 'car-ad',
    text: 'For sale: my 2016 Volvo V60 with a diesel engine, 128,000 km, for 9,400 euros.',
    schema: object(
      {
        make: string('The manufacturer'),
        model: string(),
        year: integer(),
        fuel: choice('petrol', 'diesel', 'electric'),
        mileage: integer('In kilometres'),
        price: integer('In euros'),
      },
      'Car',
    ),
    right: {
      make: 'Volvo',
      model: either('V60', 'Volvo V60'),
      year: 2016,
      fuel: 'diesel',
      mileage: 128000,
      price: 9400,
    },
  },
  {
    id: 'release',
    text: 'Version 4.2.1 of Quill, a text editor, is available. It fixes 17 bugs and needs 60 MB.',
    schema: object(
      {
        name: string('The name of the program'),
        version: string(undefined, { pattern: '^\\d+\\.\\d+\\.\\d+$' }),
        bugs_fixed: integer(undefined, { minimum: 0 }),
        megabytes: number(),
      },
      'Release',
    ),
    right: { name: 'Quill', version: '4.2.1', bugs_fixed: 17, megabytes: 60 },
  },
]
