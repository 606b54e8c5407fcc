//! Recognises text that repeats itself without end: the same element of a list, a period inside a string, digits, white space.
//!
//! The bounds are beyond recorded answers (tests/core/repetition.rs): a period of at most 256 bytes that fills
//! 4 KiB, a single character 12 KiB, white space 2 KiB. A single letter is not judged, because filler text has megabytes of one:
//! the limit of an answer's bytes ends it. White space does not count in a period: objects inside objects are indented more at
//! each level. A text that the token limit cut is judged by its end, and less is enough.

/// The bytes that are examined at once, and how many of them are new each time.
const WINDOW: usize = 2048;
const STEP: usize = WINDOW / 2;
/// Maximum length of a period, in bytes.
const MAX_PERIOD: usize = 256;
/// Consecutive windows of one period: 4 KiB, and 12 KiB of a single character.
const WINDOWS: usize = 3;
const WINDOWS_OF_ONE: usize = 11;
/// Consecutive white space, in bytes.
const MAX_BLANK: usize = 2048;
/// The end of a text whose earlier occurrence is looked for before a window is examined.
const PROBE: usize = 32;
/// What the end of a cut text must fill: bytes, and repetitions of the period.
const CUT_BYTES: usize = 128;
const CUT_TIMES: usize = 4;

/// Watches a text in pieces. The work is linear.
#[derive(Debug, Clone, Default)]
pub struct Repetition {
    /// The last bytes that are not white space.
    window: Vec<u8>,
    /// The bytes of white space since.
    blank: usize,
    period: usize,
    windows: usize,
}

impl Repetition {
    /// Reads the next piece. Returns whether the text repeats itself without end.
    pub fn push(&mut self, piece: &str) -> bool {
        for byte in piece.bytes() {
            if byte.is_ascii_whitespace() {
                self.blank += 1;
                if self.blank >= MAX_BLANK {
                    return true;
                }
                continue;
            }
            self.blank = 0;
            self.window.push(byte);
            if self.window.len() == WINDOW {
                if self.is_endless() {
                    return true;
                }
                self.window.drain(..STEP);
            }
        }
        false
    }

    fn is_endless(&mut self) -> bool {
        let period = if has_probe(&self.window) { period(&self.window) } else { WINDOW };
        if period > MAX_PERIOD {
            self.windows = 0;
            return false;
        }
        if period == 1 && self.window.first().is_some_and(u8::is_ascii_alphabetic) {
            self.windows = 0;
            return false;
        }
        self.windows = if self.period == period { self.windows + 1 } else { 1 };
        self.period = period;
        self.windows >= if period == 1 { WINDOWS_OF_ONE } else { WINDOWS }
    }
}

/// Whether the end of a window occurs before, at a distance that a period may have.
fn has_probe(window: &[u8]) -> bool {
    let end = window.len() - PROBE;
    let (_, probe) = window.split_at(end);
    (1..=MAX_PERIOD.min(end)).any(|distance| window.get(end - distance..window.len() - distance) == Some(probe))
}

/// The smallest period of a text: its length without its longest border.
fn period(text: &[u8]) -> usize {
    text.len() - borders(text).last().copied().unwrap_or_default()
}

/// The length of the longest border of each prefix (the failure function of Knuth, Morris and Pratt).
fn borders(text: &[u8]) -> Vec<usize> {
    let mut borders = vec![0; text.len()];
    let mut border = 0;
    for at in 1..text.len() {
        while border > 0 && text.get(at) != text.get(border) {
            border = borders.get(border - 1).copied().unwrap_or_default();
        }
        border += usize::from(text.get(at) == text.get(border));
        if let Some(place) = borders.get_mut(at) {
            *place = border;
        }
    }
    borders
}

/// Whether a text that was cut off ends in a repetition.
pub fn ends_in_repetition(text: &str) -> bool {
    // A period of the end is a period of the reversed start.
    let end: Vec<u8> = text.bytes().rev().filter(|byte| !byte.is_ascii_whitespace()).take(WINDOW).collect();
    borders(&end).into_iter().enumerate().any(|(at, border)| {
        let length = at + 1;
        length >= CUT_BYTES && length >= (length - border) * CUT_TIMES
    })
}
