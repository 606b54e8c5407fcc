//! UTF-8 that arrives in chunks, for the tests and fuzz targets that cut texts at any byte.

/// Decodes chunks, which may end inside a character.
#[derive(Default)]
pub struct Utf8 {
    /// The incomplete character at the end of the last chunk.
    held: Vec<u8>,
}

impl Utf8 {
    /// Passes the text up to the last complete character to `out`. Invalid UTF-8 becomes U+FFFD.
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

    /// Ends the text: an incomplete character becomes U+FFFD.
    pub fn finish(&mut self, out: &mut dyn FnMut(&str)) {
        if !std::mem::take(&mut self.held).is_empty() {
            out("\u{fffd}");
        }
    }
}
