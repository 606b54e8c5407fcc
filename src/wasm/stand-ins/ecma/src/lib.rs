//! ECMA-262 patterns, the dialect JSON Schema asks for, without linking a regex engine.
//!
//! The `jsonschema` crate names three regex crates and has no plug for another engine. `[patch.crates-io]` in the
//! root manifest puts `regex`, `fancy-regex` and `jsonschema-regex` of this folder in their place; all three end
//! here. In wasm a pattern is compiled by the host's `RegExp` (about 340 KB gzip of tables and automata that
//! a JavaScript host has anyway); natively, where the tests run, by `regress`.
//!
//! A patch counts for this workspace only: a Rust program that depends on the published crate gets the real crates
//! and the Rust dialect, with `jsonschema`'s translation in between.
//!
//! # How a pattern is read
//! With the `u` flag, as the specification recommends. Many schemas in the wild were written without it in mind
//! (`[\w-.]`, `\-`): a pattern that `u` refuses is read again without it, unless it escapes a letter that means nothing
//! in ECMA-262 (`\Z`, `\A`, `\h` of other dialects), which would silently match the letter itself.
//!
//! # What bounds it
//! Both engines backtrack and neither can be interrupted, so a pattern such as `(a+)+$` can take exponential time. The
//! patterns come from the app's own schema, and only the text from the model: a schema from a source the app does not
//! trust must not reach the validator. What is bounded is the length of a pattern ([`MAX_PATTERN`]) and of the
//! text ([`MAX_TEXT`]); a longer text is answered as "not checked", never as a match.

#[cfg(all(target_arch = "wasm32", target_feature = "atomics"))]
compile_error!("RegExp objects cannot be shared between threads: build without the atomics target feature");

/// Longest pattern compiled, in bytes.
pub const MAX_PATTERN: usize = 32 * 1024;
/// Longest text a pattern is run against, in bytes.
pub const MAX_TEXT: usize = 256 * 1024;

#[cfg(target_arch = "wasm32")]
mod engine {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[derive(Clone)]
        type RegExp;
        #[wasm_bindgen(constructor, catch)]
        fn new(pattern: &str, flags: &str) -> Result<RegExp, JsValue>;
        #[wasm_bindgen(method, catch)]
        fn test(this: &RegExp, text: &str) -> Result<bool, JsValue>;
    }

    #[derive(Clone)]
    pub struct Engine(RegExp);

    // SAFETY: `jsonschema` asks for `Send + Sync` so that a validator can move between threads. wasm32 without the
    // atomics feature (guarded above) has one thread, so the handle never leaves the one that made it.
    unsafe impl Send for Engine {}
    // SAFETY: as above; the expression has no `g` or `y` flag, so `test` keeps no state between calls either.
    unsafe impl Sync for Engine {}

    impl Engine {
        pub fn new(pattern: &str, unicode: bool) -> Option<Self> {
            RegExp::new(pattern, if unicode { "u" } else { "" }).ok().map(Engine)
        }

        pub fn is_match(&self, text: &str) -> Option<bool> {
            self.0.test(text).ok()
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod engine {
    #[derive(Clone)]
    pub struct Engine(regress::Regex);

    impl Engine {
        pub fn new(pattern: &str, unicode: bool) -> Option<Self> {
            regress::Regex::with_flags(pattern, if unicode { "u" } else { "" }).ok().map(Engine)
        }

        pub fn is_match(&self, text: &str) -> Option<bool> {
            Some(self.0.find(text).is_some())
        }
    }
}

/// A pattern, compiled.
#[derive(Clone)]
pub struct Regex {
    source: Box<str>,
    engine: engine::Engine,
}

impl Regex {
    /// Compiles `pattern`, with `u` or, where that is harmless, without.
    pub fn new(pattern: &str) -> Option<Self> {
        if pattern.len() > MAX_PATTERN {
            return None;
        }
        let engine = match engine::Engine::new(pattern, true) {
            Some(engine) => engine,
            None if escapes_are_ecma(pattern) => engine::Engine::new(pattern, false)?,
            None => return None,
        };
        Some(Regex { source: pattern.into(), engine })
    }

    /// `None`: the text is too long to be checked, or the host's engine gave up.
    pub fn is_match(&self, text: &str) -> Option<bool> {
        if text.len() > MAX_TEXT {
            return None;
        }
        self.engine.is_match(text)
    }

    pub fn as_str(&self) -> &str {
        &self.source
    }
}

impl std::fmt::Debug for Regex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.source)
    }
}

/// Whether `pattern` is one the specification's `u` grammar accepts: what `format: regex` asks.
pub fn is_valid(pattern: &str) -> bool {
    pattern.len() <= MAX_PATTERN && engine::Engine::new(pattern, true).is_some()
}

/// Whether every escaped letter means something in ECMA-262 without the `u` flag.
fn escapes_are_ecma(pattern: &str) -> bool {
    let mut bytes = pattern.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'\\' {
            match bytes.next() {
                Some(next) if next.is_ascii_alphabetic() => {
                    if !b"bBcdDfknrsStuvwWx".contains(&next) {
                        return false;
                    }
                }
                Some(_) => {}
                None => return false,
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_read_with_the_u_flag() {
        let regex = Regex::new("^\\p{Lu}.$").unwrap();
        assert_eq!(regex.is_match("É\u{1f600}"), Some(true));
        assert_eq!(regex.is_match("é\u{1f600}"), Some(false));
    }

    #[test]
    fn a_pattern_written_without_u_in_mind_still_compiles() {
        let regex = Regex::new("^[\\w-.]+\\@x$").unwrap();
        assert_eq!(regex.is_match("a-b.c@x"), Some(true));
        assert!(!is_valid("^[\\w-.]+\\@x$"));
    }

    #[test]
    fn an_escape_of_another_dialect_is_refused_rather_than_read_as_a_letter() {
        assert!(Regex::new("^abc\\Z").is_none());
        assert!(Regex::new("[\\w-.]\\A").is_none());
    }

    #[test]
    fn a_text_that_is_too_long_is_not_answered_as_a_match() {
        let regex = Regex::new("a").unwrap();
        assert_eq!(regex.is_match(&"a".repeat(MAX_TEXT + 1)), None);
        assert!(Regex::new(&"a".repeat(MAX_PATTERN + 1)).is_none());
    }
}
