//! Floats to text and back, exactly: the nearest `f64` of a text, the shortest text that reads as the same `f64`.
//!
//! Floats with at most 15 digits and a small exponent, which nearly all are, need one multiplication or division. The other
//! ones need tables of powers of ten and arithmetic with many digits, about 10 KB. The standard library has it; in
//! WebAssembly the host does, which passes its functions to [`convert_by`].

use super::integer::write_integer;

/// The largest power of ten that an `f64` holds exactly is ten to this.
const EXACT_POWER: i32 = 22;
/// Integers below it are exact in an `f64`, and any number of so many digits (15) reads as another `f64`.
const EXACT_DIGITS: f64 = 1e15;
/// Powers of ten at which the text has no exponent.
const PLAIN: std::ops::RangeInclusive<i32> = -5..=15;

fn power_of_ten(power: i32) -> f64 {
    (0..power).fold(1.0, |product, _| product * 10.0)
}

/// `digits` times ten to `power`, if one exactly rounded operation computes it.
pub(super) fn exact(digits: u64, power: i32) -> Option<f64> {
    if digits == 0 {
        return Some(0.0);
    }
    if digits > 1 << f64::MANTISSA_DIGITS || !(-EXACT_POWER..=EXACT_POWER).contains(&power) {
        return None;
    }
    let digits = digits as f64;
    Some(if power < 0 { digits / power_of_ten(-power) } else { digits * power_of_ten(power) })
}

/// A finite positive float as an integer divided by ten to a power, if one exactly rounded operation shows that it is: the
/// integer has at most 15 digits, so no shorter text reads as the same float.
fn short(float: f64) -> Option<(u64, i32)> {
    let mut divisor = 1.0;
    for power in 0..=EXACT_POWER {
        let scaled = float * divisor;
        if scaled >= EXACT_DIGITS {
            break;
        }
        let integer = (scaled + 0.5) as u64;
        if integer as f64 / divisor == float {
            return Some((integer, power));
        }
        divisor *= 10.0;
    }
    None
}

/// Appends the text of a finite float.
#[inline(never)]
pub(super) fn write(float: f64, out: &mut String) {
    if float.is_sign_negative() {
        out.push('-');
    }
    let float = float.abs();
    // The significant digits, and the power of ten of the first one.
    let mut digits = String::new();
    let first = match short(float) {
        Some((integer, power)) => {
            write_integer(integer, &mut digits);
            digits.len() as i32 - 1 - power
        }
        None => {
            let text = shortest(float);
            let (significand, power) = text.split_once('e').unwrap_or((&text, ""));
            digits.extend(significand.chars().filter(char::is_ascii_digit));
            power.parse().unwrap_or_default()
        }
    };
    let zeros = |out: &mut String, count: i32| (0..count).for_each(|_| out.push('0'));
    let count = digits.len() as i32;
    // The number of digits before the point.
    let whole = if !PLAIN.contains(&first) {
        1
    } else if first < 0 {
        out.push_str("0.");
        zeros(out, -1 - first);
        return out.push_str(&digits);
    } else {
        first + 1
    };
    let (before, after) = digits.split_at_checked(whole as usize).unwrap_or((&digits, ""));
    out.push_str(before);
    zeros(out, whole - count);
    if PLAIN.contains(&first) {
        out.push('.');
        out.push_str(if after.is_empty() { "0" } else { after });
        return;
    }
    if !after.is_empty() {
        out.push('.');
        out.push_str(after);
    }
    out.push_str(if first < 0 { "e-" } else { "e+" });
    write_integer(u64::from(first.unsigned_abs()), out);
}

/// The nearest float of a number's text, infinite if it is too large.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn read(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// The fewest digits that read as this float, with an exponent: `1.2345e-7`, `1e21` or `1e+21`.
#[cfg(not(target_arch = "wasm32"))]
fn shortest(float: f64) -> String {
    let digits = format!("{float:e}").bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    // Of two texts that are equally near, the one that ends in an even digit, as in JavaScript.
    format!("{float:.*e}", digits - 1)
}

#[cfg(target_arch = "wasm32")]
pub use host::convert_by;
#[cfg(target_arch = "wasm32")]
pub(super) use host::read;
#[cfg(target_arch = "wasm32")]
use host::shortest;

#[cfg(target_arch = "wasm32")]
mod host {
    use std::cell::Cell;

    /// Reads a number's text; NaN for any other.
    type Read = fn(&str) -> f64;
    /// Writes a float in the form of `f64`'s `{:e}` or of JavaScript's `toExponential`.
    type Write = fn(f64) -> String;

    thread_local! {
        static HOST: Cell<Option<(Read, Write)>> = const { Cell::new(None) };
    }

    /// Sets the functions of the host. Without them, floats of more than 15 digits are out of range, and are written as zero.
    pub fn convert_by(read: Read, write: Write) {
        HOST.set(Some((read, write)));
    }

    pub fn read(text: &str) -> f64 {
        HOST.get().map_or(f64::NAN, |(read, _)| read(text))
    }

    pub fn shortest(float: f64) -> String {
        HOST.get().map_or_else(String::new, |(_, write)| write(float))
    }
}
