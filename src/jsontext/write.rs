//! The writer: serde_json's compact text, and its indented one for prompts.

use super::float;
use super::integer::write_integer;
use serde_json::{Number, Value};

/// The text of a value with an indent of two spaces, as `serde_json::to_string_pretty` writes it.
pub fn to_string_pretty(value: &Value) -> String {
    let mut out = String::new();
    Writer { out: &mut out, indent: Some(0) }.value(value);
    out
}

/// Appends the compact text of a value.
pub fn write(value: &Value, out: &mut String) {
    Writer { out, indent: None }.value(value);
}

/// A text as a JSON string, with its quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_string(text, &mut out);
    out
}

/// `value.to_text()`: the compact text. `to_string` would link serde_json's serializer.
pub trait ToText {
    fn to_text(&self) -> String;
}

impl ToText for Value {
    fn to_text(&self) -> String {
        let mut out = String::new();
        write(self, &mut out);
        out
    }
}

impl ToText for Number {
    fn to_text(&self) -> String {
        let mut out = String::new();
        write_number(self, &mut out);
        out
    }
}

struct Writer<'a> {
    out: &'a mut String,
    /// The number of levels to indent by; `None` writes no white space.
    indent: Option<usize>,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Number(number) => write_number(number, self.out),
            Value::String(text) => write_string(text, self.out),
            Value::Array(list) => {
                self.open('[');
                for (index, value) in list.iter().enumerate() {
                    self.next(index > 0);
                    self.value(value);
                }
                self.close(']', list.is_empty());
            }
            Value::Object(map) => {
                self.open('{');
                for (index, (key, value)) in map.iter().enumerate() {
                    self.next(index > 0);
                    write_string(key, self.out);
                    self.out.push_str(if self.indent.is_some() { ": " } else { ":" });
                    self.value(value);
                }
                self.close('}', map.is_empty());
            }
        }
    }

    fn open(&mut self, byte: char) {
        self.out.push(byte);
        if let Some(levels) = &mut self.indent {
            *levels += 1;
        }
    }

    /// What comes before a member or an element.
    fn next(&mut self, further: bool) {
        if further {
            self.out.push(',');
        }
        self.line();
    }

    fn close(&mut self, byte: char, empty: bool) {
        if let Some(levels) = &mut self.indent {
            *levels -= 1;
        }
        if !empty {
            self.line();
        }
        self.out.push(byte);
    }

    fn line(&mut self) {
        if let Some(levels) = self.indent {
            self.out.push('\n');
            for _ in 0..levels {
                self.out.push_str("  ");
            }
        }
    }
}

fn write_number(number: &Number, out: &mut String) {
    if let Some(integer) = number.as_u64() {
        write_integer(integer, out);
    } else if let Some(integer) = number.as_i64() {
        out.push('-');
        write_integer(integer.unsigned_abs(), out);
    } else if let Some(float) = number.as_f64() {
        float::write(float, out);
    }
}

/// Appends a text as a JSON string.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(text.get(from..at).unwrap_or_default());
        from = at + 1;
        out.push('\\');
        let short = match byte {
            b'"' | b'\\' => byte,
            8 => b'b',
            9 => b't',
            10 => b'n',
            12 => b'f',
            13 => b'r',
            _ => {
                out.push_str("u00");
                for digit in [byte >> 4, byte & 15] {
                    out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
                }
                continue;
            }
        };
        out.push(char::from(short));
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out.push('"');
}
