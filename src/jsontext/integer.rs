//! Integers to text.

/// Appends the decimal digits of an integer.
pub(super) fn write_integer(integer: u64, out: &mut String) {
    if integer >= 10 {
        write_integer(integer / 10, out);
    }
    out.push(char::from(b'0' + (integer % 10) as u8));
}
