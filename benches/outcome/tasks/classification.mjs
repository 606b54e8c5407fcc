// One or two choices for a text.
import { boolean, choice, object, string } from '../schemas.mjs'

const sentiment = object({ sentiment: choice('positive', 'negative', 'neutral') }, 'Review')

export const classification = [
  {
    id: 'review-bad',
    text: 'Classify the review: The screen cracked after two days and nobody answers my mails.',
    schema: sentiment,
    right: { sentiment: 'negative' },
  },
  {
    id: 'review-good',
    text: 'Classify the review: Best headphones I have ever owned, I use them every day!',
    schema: sentiment,
    right: { sentiment: 'positive' },
  },
  {
    id: 'news-topic',
    text: 'The striker scored twice in the final minutes and the club won the cup.',
    schema: object({ topic: choice('politics', 'sports', 'science', 'business') }, 'Article'),
    right: { topic: 'sports' },
  },
  {
    id: 'ticket-route',
    text: 'I was charged twice for my subscription this month. Please pay one of them back.',
    schema: object(
      { department: choice('sales', 'billing', 'technical'), summary_in_one_word: string() },
      'Ticket',
    ),
    judge: ({ department }) => department === 'billing',
  },
  {
    id: 'spam',
    text: 'CONGRATULATIONS!!! You won $1,000,000. Click here to claim your prize now!',
    schema: object({ spam: boolean() }, 'Mail'),
    right: { spam: true },
  },
  {
    id: 'question',
    text: 'The museum opens at nine and closes at five.',
    schema: object({ is_question: boolean('Whether the text is a question') }, 'Sentence'),
    right: { is_question: false },
  },
  {
    id: 'language-of-code',
    text: 'def add(a, b):\n    return a + b',
    schema: object({ language: choice('javascript', 'python', 'rust', 'java') }, 'Snippet'),
    right: { language: 'python' },
  },
  {
    id: 'priority',
    text: 'All servers are down and no customer can log in. We lose money every minute!',
    schema: object({ priority: choice('low', 'medium', 'high') }, 'Incident'),
    right: { priority: 'high' },
  },
]
