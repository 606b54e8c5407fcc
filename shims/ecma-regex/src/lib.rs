//! ECMA-262 patterns, the dialect that JSON Schema requires, without a linked regex engine.
//!
//! The `jsonschema` crate depends on three regex crates and has no interface for another engine. `[patch.crates-io]`
//! in the root manifest replaces them by `regex`, `fancy-regex` and `jsonschema-regex` of this folder; all three use
//! this crate. In wasm a pattern is compiled by the host's `RegExp` (about 340 KB gzip of tables and automata that a
//! JavaScript host has anyway); natively, where the tests run, by `regress`.
//!
//! A patch applies to this workspace only: a Rust program that depends on the published crate uses the real crates
//! and the Rust dialect, with `jsonschema`'s translation in between.
//!
//! # How a pattern is compiled
//! With the `u` flag, as the specification recommends. Many schemas are written without it in mind
//! (`[\w-.]`, `\-`): a pattern that `u` refuses is compiled without it, unless it escapes a letter that has no
//! meaning in ECMA-262 (`\Z`, `\A`, `\h` of other dialects), which would silently match the letter itself.
//!
//! # Limits
//! Both engines backtrack and cannot be interrupted, and the text comes from the model. So a pattern whose form allows
//! exponential time, such as `(a+)+$`, is refused, and the maximum length of a text depends on the number of
//! unbounded repeats that can share it (see [`ambiguous`]). The result for a longer text is "not checked", never a
//! match.

mod ambiguous;

#[cfg(all(target_arch = "wasm32", target_feature = "atomics"))]
compile_error!("RegExp objects cannot be shared between threads: build without the atomics target feature");

/// Longest pattern compiled, in bytes.
pub const MAX_PATTERN: usize = 32 * 1024;
/// Maximum length of a text in bytes, by the number of unbounded repeats that can share it: each multiplies the time
/// by the text's length.
pub const MAX_TEXT: [usize; 6] = [256 * 1024, 256 * 1024, 16 * 1024, 1024, 256, 128];

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

    // SAFETY: `jsonschema` requires `Send + Sync` so that a validator can move between threads. wasm32 without the
    // atomics feature (guarded above) has one thread, so the handle never leaves its thread.
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
    max_text: usize,
}

impl Regex {
    /// Compiles `pattern`, with `u` or, where that is harmless, without. `None` if it is invalid or can take
    /// exponential time.
    pub fn new(pattern: &str) -> Option<Self> {
        if pattern.len() > MAX_PATTERN {
            return None;
        }
        let engine = match engine::Engine::new(pattern, true) {
            Some(engine) => engine,
            None if escapes_are_ecma(pattern) => engine::Engine::new(pattern, false)?,
            None => return None,
        };
        let degree = ambiguous::degree(pattern)? as usize;
        let max_text = MAX_TEXT.get(degree).copied().unwrap_or(64);
        Some(Regex { source: pattern.into(), engine, max_text })
    }

    /// `None` if the text is too long to be checked, or if the host's engine fails.
    pub fn is_match(&self, text: &str) -> Option<bool> {
        if text.len() > self.max_text {
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

/// Whether the specification's `u` grammar accepts `pattern`: the check of `format: regex`.
pub fn is_valid(pattern: &str) -> bool {
    pattern.len() <= MAX_PATTERN && engine::Engine::new(pattern, true).is_some()
}

/// Whether every escaped letter has a meaning in ECMA-262 without the `u` flag.
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
    fn a_text_that_is_too_long_is_not_a_match() {
        let regex = Regex::new("a").unwrap();
        assert_eq!(regex.is_match(&"a".repeat(MAX_TEXT[0] + 1)), None);
        assert_eq!(regex.is_match(&"a".repeat(MAX_TEXT[0])), Some(true));
        assert_eq!(Regex::new("\\s+$").unwrap().is_match(&" ".repeat(MAX_TEXT[2] + 1)), None);
        assert!(Regex::new(&"a".repeat(MAX_PATTERN + 1)).is_none());
    }

    #[test]
    fn a_pattern_that_can_take_exponential_time_is_refused() {
        for pattern in [
            "^(a+)+$",
            "(a*)*b",
            "^(\\w+\\s?)*$",
            "^(\\s*\\w+\\s*)*$",
            "^(a|a)*$",
            "^(a|ab|b)*$",
            "^(a?a)*$",
            "^(.+,)+$",
            "^([a-zA-Z]+\\d*)+$",
            "(.|\\s)*x",
            "^((a+)?b?)*$",
            "^(?:(?:a{2,9}){1,})*$",
            "^(?<n>a+)+$",
            "^(?=(a+)+$)a",
            "^(\\r\\n|\\r|\\n)*$",
            "^(\\p{L}+\\s?)*$",
            "^(?:a+){20}$",
            "^([^,]+,?)*$",
            "((a+|b)*)c",
        ] {
            assert!(Regex::new(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn patterns_with_separated_rounds_are_accepted_and_fast() {
        for pattern in [
            "^[a-z0-9]+(?:-[a-z0-9]+)*$",
            "^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$",
            "^(\\w+,)*\\w+$",
            "(.|\\n)*x",
            "^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$",
            "^([A-Z][a-z]*)+$",
            "^(foo|far|bar)+$",
            "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
            "^\"([^\"\\\\]|\\\\.)*\"$",
            "^(?=.*[A-Z])(?=.*\\d).{8,}$",
            "^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?Z)?$",
            "^\\s*(\\w+\\s*,\\s*)*\\w+\\s*$",
            "^[\\p{L}\\d]+(-[\\p{L}\\d]+)*$",
            "^((25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}\\d+$",
            "^#(?:[0-9a-fA-F]{3}){1,2}$",
            "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?$",
        ] {
            let regex = Regex::new(pattern).unwrap_or_else(|| panic!("{pattern}"));
            for seed in ["a", "A", "1", "-a", "a.", "a,", " ", "\\\"", "aA1- ,."] {
                let text = [&seed.repeat(400 / seed.len()), "\u{0}"].concat();
                let began = std::time::Instant::now();
                regex.is_match(&text);
                assert!(began.elapsed().as_secs() < 5, "{pattern} on {seed}");
            }
        }
    }
}
