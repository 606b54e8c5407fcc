// Non-text parts that a provider does not accept.

export const parts = [
  {
    id: 'unread-parts-are-refused',
    row: 15,
    apply({ theirs, ours }, golden) {
      const text = 'ollama does not accept this image part: give it as data, not as a URL.'
      const addressed = JSON.stringify(theirs.requests ?? '').includes('"image_url":{"url":"http')
      if (golden.provider !== 'ollama' || !addressed || ours.outcome?.error?.message !== text) return
      theirs.requests = []
      theirs.outcome = { error: { class: 'ConfigurationError', message: text } }
    },
  },
]
