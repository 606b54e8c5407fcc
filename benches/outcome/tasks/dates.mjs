// Dates and times in their ISO form.
import { either } from '../compare.mjs'
import { date, integer, object, string } from '../schemas.mjs'

export const dates = [
  {
    id: 'meeting',
    text: 'The budget meeting is on 14 March 2026.',
    schema: object({ title: string(), date: date() }, 'Event'),
    right: { title: either('budget meeting', 'the budget meeting', 'meeting'), date: '2026-03-14' },
  },
  {
    id: 'birth',
    text: 'Alan Turing was born on June 23, 1912.',
    schema: object({ name: string(), born: date() }, 'Birth'),
    right: { name: 'Alan Turing', born: '1912-06-23' },
  },
  {
    id: 'deadline',
    text: 'Hand in your essay by the 2nd of November 2025.',
    schema: object({ deadline: date() }, 'Deadline'),
    right: { deadline: '2025-11-02' },
  },
  {
    id: 'stay',
    text: 'Booking: arrival 2026-07-01, departure 2026-07-05, two guests.',
    schema: object({ arrival: date(), departure: date(), guests: integer() }, 'Stay'),
    right: { arrival: '2026-07-01', departure: '2026-07-05', guests: 2 },
  },
  {
    id: 'opening',
    text: 'The shop opens at 9:30 in the morning.',
    schema: object({ opens: string('24 hours', { pattern: '^\\d{2}:\\d{2}$' }) }, 'Hours'),
    right: { opens: '09:30' },
  },
  {
    id: 'month',
    text: 'Sales went up in October 2024.',
    schema: object({ year: integer(), month: integer(undefined, { minimum: 1, maximum: 12 }) }, 'Month'),
    right: { year: 2024, month: 10 },
  },
  {
    id: 'moon',
    text: 'Apollo 11 landed on the Moon on July 20th, 1969.',
    schema: object({ mission: string(), landed: date() }, 'Landing'),
    right: { mission: 'Apollo 11', landed: '1969-07-20' },
  },
]
