// Objects in objects, and definitions that are used more than once.
import { either } from '../compare.mjs'
import { boolean, choice, integer, list, number, object, string } from '../schemas.mjs'

const place = object({ city: string(), country: string() }, 'Place')

export const nested = [
  {
    id: 'user-address',
    text: 'Paul Becker lives in 10 Hafenstrasse, Hamburg.',
    schema: object({ name: string(), address: object({ street: string(), city: string() }) }, 'User'),
    right: {
      name: 'Paul Becker',
      address: { street: either('10 Hafenstrasse', 'Hafenstrasse 10'), city: 'Hamburg' },
    },
  },
  {
    id: 'company-ceo',
    text: 'Acme Robotics was founded in 1998. Its CEO Dana Fox is 52.',
    schema: object(
      { company: string(), founded: integer(), ceo: object({ name: string(), age: integer() }) },
      'Company',
    ),
    right: { company: 'Acme Robotics', founded: 1998, ceo: { name: 'Dana Fox', age: 52 } },
  },
  {
    id: 'route',
    text: 'The train goes from Vienna in Austria to Prague in Czechia.',
    schema: {
      ...object({ from: { $ref: '#/$defs/Place' }, to: { $ref: '#/$defs/Place' } }, 'Route'),
      $defs: { Place: place },
    },
    right: {
      from: { city: 'Vienna', country: 'Austria' },
      to: { city: 'Prague', country: either('Czechia', 'Czech Republic') },
    },
  },
  {
    id: 'rectangle',
    text: 'Draw a blue rectangle that is 30 wide and 20 high.',
    schema: object({ color: string(), size: object({ width: number(), height: number() }) }, 'Rectangle'),
    right: { color: 'blue', size: { width: 30, height: 20 } },
  },
  {
    id: 'order-lines',
    text: 'Order 77 for Kim: 3 pens at 1.20 each and 1 notebook at 4.50.',
    schema: object(
      {
        order: integer(),
        customer: object({ name: string() }),
        lines: list(object({ item: string(), quantity: integer(), price: number() })),
      },
      'Order',
    ),
    right: {
      order: 77,
      customer: { name: 'Kim' },
      lines: [
        { item: either('pens', 'pen'), quantity: 3, price: 1.2 },
        { item: 'notebook', quantity: 1, price: 4.5 },
      ],
    },
  },
  {
    id: 'tree',
    text: 'The folder "src" contains the folder "core" and the folder "web". Both are empty.',
    schema: {
      $ref: '#/$defs/Folder',
      $defs: {
        Folder: object({ name: string(), folders: list({ $ref: '#/$defs/Folder' }) }, 'Folder'),
      },
    },
    right: {
      name: 'src',
      folders: [
        { name: 'core', folders: [] },
        { name: 'web', folders: [] },
      ],
    },
  },
  {
    id: 'device-status',
    text: 'Sensor A7 in the kitchen: battery 81 percent, state ok.',
    schema: object(
      {
        id: string(),
        room: string(),
        status: object({ battery: integer('In percent'), state: choice('ok', 'warning', 'failed') }),
      },
      'Sensor',
    ),
    right: { id: either('A7', 'Sensor A7'), room: 'kitchen', status: { battery: 81, state: 'ok' } },
  },
  {
    id: 'event-place',
    text: 'The Winter Concert takes place in Orchard Hall in Antwerp.',
    schema: object({ event: string(), place: object({ name: string(), city: string() }) }, 'Event'),
    right: {
      event: either('Winter Concert', 'the Winter Concert'),
      place: { name: 'Orchard Hall', city: 'Antwerp' },
    },
  },
  {
    id: 'student-school',
    text: 'Yuki is 15 and goes to Hillside School in Perth.',
    schema: object(
      { name: string(), age: integer(), school: object({ name: string(), city: string() }, 'School') },
      'Student',
    ),
    right: { name: 'Yuki', age: 15, school: { name: either('Hillside School', 'Hillside'), city: 'Perth' } },
  },
  {
    id: 'match-result',
    text: 'The Rovers beat the Comets by 3 goals to 1.',
    schema: {
      ...object({ winner: { $ref: '#/$defs/Team' }, loser: { $ref: '#/$defs/Team' } }, 'Match'),
      $defs: { Team: object({ name: string(), goals: integer(undefined, { minimum: 0 }) }, 'Team') },
    },
    right: {
      winner: { name: either('Rovers', 'the Rovers'), goals: 3 },
      loser: { name: either('Comets', 'the Comets'), goals: 1 },
    },
  },
  {
    id: 'book-publication',
    text: '"Salt Roads" by Imani Cole was published by Heron Press in 2011.',
    schema: object(
      {
        title: string(),
        author: string(),
        publication: object({ publisher: string(), year: integer() }),
      },
      'Book',
    ),
    right: {
      title: 'Salt Roads',
      author: 'Imani Cole',
      publication: { publisher: 'Heron Press', year: 2011 },
    },
  },
  {
    id: 'two-plans',
    text: 'The basic plan costs 9 dollars a month, the team plan 25 dollars.',
    schema: {
      ...object({ basic: { $ref: '#/$defs/Price' }, team: { $ref: '#/$defs/Price' } }, 'Plans'),
      $defs: { Price: object({ amount: number(), currency: choice('USD', 'EUR', 'JPY') }, 'Price') },
    },
    right: { basic: { amount: 9, currency: 'USD' }, team: { amount: 25, currency: 'USD' } },
  },
  {
    id: 'children',
    text: 'Rosa has two children: Leo, who is 7, and Ines, who is 4.',
    schema: object(
      {
        name: string('The name of the parent'),
        children: list(object({ name: string(), age: integer() }, 'Child')),
      },
      'Parent',
    ),
    right: {
      name: 'Rosa',
      children: [
        { name: 'Leo', age: 7 },
        { name: 'Ines', age: 4 },
      ],
    },
  },
  {
    id: 'reports-to',
    text: 'Vera leads the company. Karl and Ida report to Vera. Max reports to Ida.',
    schema: {
      $ref: '#/$defs/Employee',
      $defs: {
        Employee: object(
          { name: string(), reports: list({ $ref: '#/$defs/Employee' }, 'Who reports to this employee') },
          'Employee',
        ),
      },
    },
    right: {
      name: 'Vera',
      reports: [
        { name: 'Karl', reports: [] },
        { name: 'Ida', reports: [{ name: 'Max', reports: [] }] },
      ],
    },
  },
  {
    id: 'app-settings',
    text: 'Use the dark theme with a font size of 14. Notify me by mail, but not by text message.',
    schema: object(
      {
        theme: choice('light', 'dark'),
        font: object({ size: integer(undefined, { minimum: 6, maximum: 72 }) }),
        notifications: object({ mail: boolean(), text_message: boolean() }, 'Notifications'),
      },
      'Settings',
    ),
    right: { theme: 'dark', font: { size: 14 }, notifications: { mail: true, text_message: false } },
  },
]
