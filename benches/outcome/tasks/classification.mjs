// One or two choices for a text.
import { either } from '../compare.mjs'
import { boolean, choice, list, object, string } from '../schemas.mjs'

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
    example: { department: 'billing', summary_in_one_word: 'refund' },
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
  {
    id: 'sentence-neutral',
    text: 'Classify the sentiment: The book has 312 pages and a blue cover.',
    schema: sentiment,
    right: { sentiment: 'neutral' },
  },
  {
    id: 'intent-cancel',
    text: 'I want to cancel my subscription at the end of the month.',
    schema: object({ intent: choice('cancel', 'upgrade', 'change_address', 'other') }, 'CustomerRequest'),
    right: { intent: 'cancel' },
  },
  {
    id: 'penguin',
    text: 'The emperor penguin breeds on the ice of Antarctica.',
    schema: object(
      { animal: string(), class: { ...choice('mammal', 'bird', 'fish', 'reptile'), title: 'Class' } },
      'Animal',
    ),
    right: {
      animal: either('emperor penguin', 'the emperor penguin', 'penguin', 'emperor penguins'),
      class: 'bird',
    },
  },
  {
    id: 'not-insulting',
    text: 'Thank you so much for your help, you are a wonderful colleague.',
    schema: object({ insulting: boolean('Whether the text insults someone') }, 'Moderation'),
    right: { insulting: false },
  },
  {
    id: 'breakfast',
    text: 'At seven in the morning we had scrambled eggs, toast and coffee before we left for work.',
    schema: object({ meal: choice('breakfast', 'lunch', 'dinner') }, 'Meal'),
    right: { meal: 'breakfast' },
  },
  {
    id: 'urgent-request',
    text: 'Hi Sam, can you send me the sales figures before noon? It is very urgent. Lena',
    schema: object(
      {
        sender: string('Who wrote the message'),
        kind: choice('request', 'offer', 'thanks'),
        urgent: boolean(),
      },
      'Message',
    ),
    right: { sender: 'Lena', kind: 'request', urgent: true },
  },
  {
    id: 'article-tags',
    text: 'After a long debate, parliament voted to lower the taxes on electric cars.',
    schema: object(
      { tags: list(choice('politics', 'cars', 'sports', 'cooking'), 'All that apply') },
      'Article',
    ),
    right: { tags: ['politics', 'cars'] },
  },
  {
    id: 'kinds-of-places',
    text: 'Classify the places: the Nile, Mount Everest, the Sahara.',
    schema: list(object({ name: string(), kind: choice('river', 'mountain', 'desert') }, 'Place')),
    right: [
      { name: either('Nile', 'the Nile', 'the Nile River', 'Nile River'), kind: 'river' },
      { name: either('Mount Everest', 'Everest', 'Mt. Everest'), kind: 'mountain' },
      { name: either('Sahara', 'the Sahara', 'Sahara Desert', 'the Sahara Desert'), kind: 'desert' },
    ],
  },
]
