// Parts beside text that a provider cannot read.

export const parts = [
  {
    id: 'unread-parts-are-refused',
    row: 15,
    apply({ theirs, ours }, golden) {
      const said = 'ollama does not take this image part: give it as data, not as a URL.'
      const addressed = JSON.stringify(theirs.requests ?? '').includes('"image_url":{"url":"http')
      if (golden.provider !== 'ollama' || !addressed || ours.outcome?.error?.message !== said) return
      theirs.requests = []
      theirs.outcome = { error: { class: 'ConfigurationError', message: said } }
    },
  },
]
