// Dates and times in their ISO form.
import { either } from '../compare.mjs'
import { choice, date, integer, list, object, string } from '../schemas.mjs'

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
  {
    id: 'launch',
    text: 'The satellite Aster was launched on 3 October 2018.',
    schema: object({ satellite: string(), launched: date() }, 'Launch'),
    right: { satellite: either('Aster', 'satellite Aster', 'the satellite Aster'), launched: '2018-10-03' },
  },
  {
    id: 'warranty',
    text: 'The washing machine was bought on 2024-02-10 and has a warranty until 2026-02-10.',
    schema: object({ bought: date(), warranty_until: date() }, 'Warranty'),
    right: { bought: '2024-02-10', warranty_until: '2026-02-10' },
  },
  {
    id: 'dentist',
    text: 'Your appointment with the dentist is on December 5, 2025, at 2:30 pm.',
    schema: object({ date: date(), time: string('24 hours', { pattern: '^\\d{2}:\\d{2}$' }) }, 'Appointment'),
    right: { date: '2025-12-05', time: '14:30' },
  },
  {
    id: 'weekday',
    text: 'The choir meets every Thursday in the school.',
    schema: object(
      {
        weekday: choice('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'),
      },
      'Meeting',
    ),
    right: { weekday: 'thursday' },
  },
  {
    id: 'painter',
    text: 'The painter Mira Volkov lived from 1881 to 1954.',
    schema: object({ name: string(), born: integer('Year'), died: integer('Year') }, 'Painter'),
    right: { name: 'Mira Volkov', born: 1881, died: 1954 },
  },
  {
    id: 'workshop',
    text: 'The workshop starts at 10:15 and takes 90 minutes.',
    schema: object({ starts: string('As HH:MM'), minutes: integer() }, 'Workshop'),
    right: { starts: '10:15', minutes: 90 },
  },
  {
    id: 'webinar',
    text: 'The webinar starts on 9 June 2026 at 16:00 UTC.',
    schema: object({ starts: string('Date and time in UTC', { format: 'date-time' }) }, 'Webinar'),
    judge: ({ starts }) => Date.parse(starts) === Date.UTC(2026, 5, 9, 16),
    example: { starts: '2026-06-09T16:00:00Z' },
  },
  {
    id: 'tours',
    text: 'The tours take place on 1, 2 and 5 August 2025.',
    schema: object({ tours: list(date(), 'The date of each tour') }, 'Tours'),
    right: { tours: ['2025-08-01', '2025-08-02', '2025-08-05'] },
  },
]
