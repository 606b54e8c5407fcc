//! The reader: one pass over the text, one function call per level of nesting.

use super::error::{Code, Error};
use super::float;
use serde_json::{Map, Number, Value};

/// Containers nested deeper than this are an error; serde_json's limit. A level takes a few hundred bytes of the stack.
const LEVELS: u32 = 127;

/// Reads a JSON text.
///
/// # Errors
/// The text is not JSON, its containers are nested more than 127 levels deep, or a number is larger than an `f64` can be.
pub fn from_str(text: &str) -> Result<Value, Error> {
    read(text, usize::MAX)
}

/// Like [`from_str`].
///
/// # Errors
/// Those of [`from_str`], or a string is not UTF-8.
pub fn from_slice(bytes: &[u8]) -> Result<Value, Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => from_str(text),
        Err(broken) => {
            // The first error is reported, which may be an early end. Outside strings, only ASCII is valid.
            let ascii = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { '?' };
            read(&bytes.iter().map(ascii).collect::<String>(), broken.valid_up_to())
        }
    }
}

fn read(text: &str, broken: usize) -> Result<Value, Error> {
    let mut reader = Reader { text, at: 0, levels: LEVELS, broken };
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

/// Reads a text that is a string with its quotes; `None` for any other.
pub fn string(text: &str) -> Option<String> {
    match from_str(text) {
        Ok(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// Reads a text that is a number; `None` for any other.
pub fn number(text: &str) -> Option<Number> {
    let mut reader = Reader { text, at: 0, levels: 0, broken: usize::MAX };
    reader.space();
    let number = reader.number().ok()?;
    reader.end().ok()?;
    Some(number)
}

struct Reader<'a> {
    text: &'a str,
    /// The next byte to read.
    at: usize,
    /// How many more levels may be opened.
    levels: u32,
    /// The place of the first byte that is not UTF-8.
    broken: usize,
}

impl Reader<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips white space and returns the byte after it, which stays unread.
    fn space(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other,
            }
        }
    }

    /// An error at what was read.
    #[cold]
    fn wrong<T>(&self, code: Code) -> Result<T, Error> {
        Err(Error::at(code, self.text, self.at))
    }

    /// An error at the next byte.
    #[cold]
    fn wrong_next<T>(&self, code: Code) -> Result<T, Error> {
        Err(Error::at(code, self.text, (self.at + 1).min(self.text.len())))
    }

    /// An error at the next byte, or an early end if there is none.
    #[cold]
    fn wrong_or_eof<T>(&self, code: Code, eof: Code) -> Result<T, Error> {
        self.wrong_next(if self.at < self.text.len() { code } else { eof })
    }

    fn end(&mut self) -> Result<(), Error> {
        if self.space().is_some() { self.wrong_next(Code::Trailing) } else { Ok(()) }
    }

    fn value(&mut self) -> Result<Value, Error> {
        match self.space() {
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'-' | b'0'..=b'9') => Ok(Value::Number(self.number()?)),
            Some(b't') => self.word(b"true", Value::Bool(true)),
            Some(b'f') => self.word(b"false", Value::Bool(false)),
            Some(b'n') => self.word(b"null", Value::Null),
            _ => self.wrong_or_eof(Code::NoValue, Code::EofInValue),
        }
    }

    fn word(&mut self, word: &[u8], value: Value) -> Result<Value, Error> {
        for expected in word {
            let Some(found) = self.byte() else { return self.wrong(Code::EofInValue) };
            self.at += 1;
            if found != *expected {
                return self.wrong(Code::NoIdent);
            }
        }
        Ok(value)
    }

    /// Reads the opening byte of a container.
    fn open(&mut self) -> Result<(), Error> {
        let Some(left) = self.levels.checked_sub(1) else { return self.wrong_next(Code::Depth) };
        self.levels = left;
        self.at += 1;
        Ok(())
    }

    /// Reads the closing byte of a container.
    fn close(&mut self) {
        self.levels += 1;
        self.at += 1;
    }

    fn array(&mut self) -> Result<Value, Error> {
        self.open()?;
        let mut list = Vec::new();
        loop {
            match self.space() {
                Some(b']') => {
                    self.close();
                    return Ok(Value::Array(list));
                }
                Some(b',') if !list.is_empty() => {
                    self.at += 1;
                    match self.space() {
                        Some(b']') => return self.wrong_next(Code::TrailingComma),
                        Some(_) => {}
                        None => return self.wrong(Code::EofInValue),
                    }
                }
                Some(_) if list.is_empty() => {}
                _ => return self.wrong_or_eof(Code::NoListEnd, Code::EofInList),
            }
            list.push(self.value()?);
        }
    }

    fn object(&mut self) -> Result<Value, Error> {
        self.open()?;
        let mut map = Map::new();
        loop {
            match self.space() {
                Some(b'}') => {
                    self.close();
                    return Ok(Value::Object(map));
                }
                Some(b',') if !map.is_empty() => {
                    self.at += 1;
                    match self.space() {
                        Some(b'"') => {}
                        Some(b'}') => return self.wrong_next(Code::TrailingComma),
                        _ => return self.wrong_or_eof(Code::Key, Code::EofInValue),
                    }
                }
                Some(b'"') if map.is_empty() => {}
                Some(_) if map.is_empty() => return self.wrong_next(Code::Key),
                _ => return self.wrong_or_eof(Code::NoObjectEnd, Code::EofInObject),
            }
            let key = self.string()?;
            if self.space() != Some(b':') {
                return self.wrong_or_eof(Code::NoColon, Code::EofInObject);
            }
            self.at += 1;
            let value = self.value()?;
            map.insert(key, value);
        }
    }

    /// Reads a string from its opening quote.
    fn string(&mut self) -> Result<String, Error> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let from = self.at;
            self.at = plain_end(self.text.as_bytes(), from);
            let plain = self.text.get(from..self.at).unwrap_or_default();
            match self.byte() {
                Some(b'"') => {
                    if self.at > self.broken {
                        return Err(Error::at(Code::Utf8, self.text, self.broken + 1));
                    }
                    self.at += 1;
                    out.push_str(plain);
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push_str(plain);
                    out.push(self.escape()?);
                }
                Some(_) => {
                    self.at += 1;
                    return self.wrong(Code::Control);
                }
                None => return self.wrong(Code::EofInString),
            }
        }
    }

    /// Reads a byte of a string.
    fn next(&mut self) -> Result<u8, Error> {
        let Some(byte) = self.byte() else { return self.wrong(Code::EofInString) };
        self.at += 1;
        Ok(byte)
    }

    /// Reads an escape after its backslash.
    fn escape(&mut self) -> Result<char, Error> {
        Ok(match self.next()? {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return self.wrong(Code::Escape),
        })
    }

    fn unicode(&mut self) -> Result<char, Error> {
        let first = self.hex4()?;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        if first >= 0xDC00 {
            return self.wrong(Code::Surrogate);
        }
        for expected in [b'\\', b'u'] {
            if self.next()? != expected {
                return self.wrong(Code::HexEnd);
            }
        }
        let second = self.hex4()?;
        let character = 0x10000 + ((first & 0x3FF) << 10 | second & 0x3FF);
        match char::from_u32(character) {
            Some(character) if (0xDC00..0xE000).contains(&second) => Ok(character),
            _ => self.wrong(Code::Surrogate),
        }
    }

    fn hex4(&mut self) -> Result<u32, Error> {
        let Some(digits) = self.text.as_bytes().get(self.at..self.at + 4) else {
            self.at = self.text.len();
            return self.wrong(Code::EofInString);
        };
        self.at += 4;
        let mut sum = 0;
        for digit in digits {
            let Some(digit) = char::from(*digit).to_digit(16) else { return self.wrong(Code::Escape) };
            sum = sum << 4 | digit;
        }
        Ok(sum)
    }

    fn number(&mut self) -> Result<Number, Error> {
        let from = self.at;
        let negative = self.byte() == Some(b'-');
        if negative {
            self.at += 1;
        }
        // The significant digits as an integer, until they are too many; and the power of ten it is multiplied by.
        let mut digits = Some(0u64);
        let mut power = 0i32;
        match self.byte() {
            Some(b'0') => {
                self.at += 1;
                if let Some(b'0'..=b'9') = self.byte() {
                    return self.wrong_next(Code::Number);
                }
            }
            Some(b'1'..=b'9') => {
                self.digits(&mut digits);
            }
            Some(_) => {
                self.at += 1;
                return self.wrong(Code::Number);
            }
            None => return self.wrong(Code::EofInValue),
        }
        let mut whole = true;
        if self.byte() == Some(b'.') {
            whole = false;
            self.at += 1;
            let count = self.digits(&mut digits);
            if count == 0 {
                return self.wrong_or_eof(Code::Number, Code::EofInValue);
            }
            power = i32::try_from(count).map_or(i32::MIN, |count| -count);
        }
        if let Some(b'e' | b'E') = self.byte() {
            whole = false;
            self.at += 1;
            let exponent = self.exponent(digits == Some(0))?;
            power = power.saturating_add(exponent);
        }
        if whole && let Some(digits) = digits {
            if !negative {
                return Ok(digits.into());
            }
            if let Some(integer) = 0i64.checked_sub_unsigned(digits).filter(|integer| *integer != 0) {
                return Ok(integer.into());
            }
        }
        let float = match digits.and_then(|digits| float::exact(digits, power)) {
            Some(float) if negative => -float,
            Some(float) => float,
            None => float::read(self.text.get(from..self.at).unwrap_or_default()),
        };
        match Number::from_f64(float) {
            Some(number) => Ok(number),
            None => self.wrong(Code::Range),
        }
    }

    /// Reads digits and appends them to `sum`, which becomes `None` when it is larger than a `u64`. Returns how many.
    fn digits(&mut self, sum: &mut Option<u64>) -> usize {
        let from = self.at;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            *sum = sum.and_then(|sum| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
            self.at += 1;
        }
        self.at - from
    }

    /// Reads an exponent after its `e`. `zero`: all digits before it are zeros.
    fn exponent(&mut self, zero: bool) -> Result<i32, Error> {
        let sign = self.byte();
        if let Some(b'+' | b'-') = sign {
            self.at += 1;
        }
        let negative = sign == Some(b'-');
        let mut exponent = 0i32;
        match self.byte() {
            Some(b'0'..=b'9') => {}
            Some(_) => {
                self.at += 1;
                return self.wrong(Code::Number);
            }
            None => return self.wrong(Code::EofInValue),
        }
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            self.at += 1;
            exponent = match exponent.checked_mul(10).and_then(|ten| ten.checked_add(i32::from(digit - b'0'))) {
                Some(exponent) => exponent,
                // Where serde_json reports it.
                None if !negative && !zero => return self.wrong(Code::Range),
                None => i32::MAX,
            };
        }
        Ok(if negative { -exponent } else { exponent })
    }
}

/// The end of the characters of a string that are not escaped: at a quote, a backslash, a control character, or the
/// end of the text.
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at)
        && *byte >= b' '
        && *byte != b'"'
        && *byte != b'\\'
    {
        at += 1;
    }
    at
}
