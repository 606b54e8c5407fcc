//! Helpers for text that no module owns.

/// At most `max` characters of `text`, with `…` where something was left out.
pub fn shorten(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((cut, _)) => {
            let mut out = text.get(..cut).unwrap_or_default().to_owned();
            out.push('…');
            out
        }
        None => text.to_owned(),
    }
}

/// Text whose UTF-8 may be cut anywhere, put together to whole characters.
#[derive(Default)]
pub struct Utf8 {
    /// The beginning of a character, whose rest has not come.
    held: Vec<u8>,
}

impl Utf8 {
    /// Hands out the text that `bytes` complete; what is not UTF-8 becomes U+FFFD.
    pub fn push(&mut self, bytes: &[u8], out: &mut dyn FnMut(&str)) {
        let joined;
        let mut rest = bytes;
        if !self.held.is_empty() {
            self.held.extend_from_slice(bytes);
            joined = std::mem::take(&mut self.held);
            rest = &joined;
        }
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => return out(text),
                Err(error) => {
                    let (valid, broken) = rest.split_at(error.valid_up_to());
                    out(std::str::from_utf8(valid).unwrap_or_default());
                    let Some(length) = error.error_len() else {
                        self.held = broken.to_vec();
                        return;
                    };
                    out("\u{fffd}");
                    rest = broken.get(length..).unwrap_or_default();
                }
            }
        }
    }

    /// The text ended: a character that stayed incomplete becomes U+FFFD.
    pub fn finish(&mut self, out: &mut dyn FnMut(&str)) {
        if !std::mem::take(&mut self.held).is_empty() {
            out("\u{fffd}");
        }
    }
}
