//! Reads a date that is written in words, for a place with the format `date`.

use crate::text::is_day;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Longer texts are not a date.
const MAX_TEXT: usize = 48;

/// The date in a text, as `YYYY-MM-DD`: `14 March 2026`, `Saturday, March 14th, 2026`, `2026/3/14`. `None` if the text has
/// anything else, or could be read in two ways, as `03/04/2026` could.
pub fn iso_date(text: &str) -> Option<String> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let text = text.trim().to_ascii_lowercase();
    let words = text.split([' ', ',', '.', '/', '-']).filter(|word| !word.is_empty());
    let parts: Vec<Part> = words.filter_map(part).take(4).collect();
    let (year, month, day) = match *parts.as_slice() {
        [Part::Day(day), Part::Month(month), Part::Year(year)]
        | [Part::Month(month), Part::Day(day), Part::Year(year)]
        | [Part::Year(year), Part::Month(month), Part::Day(day)] => (year, month, day),
        // With the year in front the month is next.
        [Part::Year(year), Part::Day(month), Part::Day(day)] => (year, month, day),
        _ => return None,
    };
    is_day(year, month, day).then(|| {
        let mut out = String::new();
        for (digits, number) in [(4, year), (2, month), (2, day)] {
            if !out.is_empty() {
                out.push('-');
            }
            push_digits(&mut out, digits, number);
        }
        out
    })
}

/// Appends the last digits of a number. `format!` with a width would add 10 KB to the module.
fn push_digits(out: &mut String, digits: u32, number: u32) {
    for place in (0..digits).rev() {
        out.push(char::from(b'0' + (number / 10u32.pow(place) % 10) as u8));
    }
}

#[derive(Clone, Copy)]
enum Part {
    Day(u32),
    Month(u32),
    Year(u32),
    Other,
}

/// What a word of a date is; `None` for a word without meaning here.
fn part(word: &str) -> Option<Part> {
    if matches!(word, "of" | "the") || WEEKDAYS.iter().any(|name| abbreviates(word, name)) {
        return None;
    }
    if let Some(at) = MONTHS.iter().position(|name| abbreviates(word, name)) {
        return Some(Part::Month(at as u32 + 1));
    }
    let end = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let (digits, suffix) = word.split_at(end);
    let Ok(number) = digits.parse() else { return Some(Part::Other) };
    Some(match (digits.len(), suffix) {
        (4, "") => Part::Year(number),
        (1 | 2, "" | "st" | "nd" | "rd" | "th") => Part::Day(number),
        _ => Part::Other,
    })
}

fn abbreviates(word: &str, name: &str) -> bool {
    word.len() >= 3 && (name.starts_with(word) || word == "sept" && name == "september")
}

#[cfg(test)]
mod tests {
    use super::iso_date;

    #[test]
    fn dates_in_words_are_read() {
        for (text, wanted) in [
            ("14 March 2026", "2026-03-14"),
            ("March 14, 2026", "2026-03-14"),
            ("the 2nd of November 2025", "2025-11-02"),
            ("Friday, Dec. 5th, 2025", "2025-12-05"),
            ("Sept 1 2024", "2024-09-01"),
            ("2026 March 14", "2026-03-14"),
            ("2026/3/14", "2026-03-14"),
            ("29 February 2024", "2024-02-29"),
        ] {
            assert_eq!(iso_date(text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn ambiguous_and_impossible_dates_are_not_read() {
        for text in [
            "",
            "March 2026",
            "03/04/2026",
            "14.03.2026",
            "31 April 2026",
            "29 February 2025",
            "14 March",
            "14 March 26",
            "14 March 2026 at noon",
            "14 March 2026 or 15 March 2026",
            "0 May 2026",
            "2026-13-01",
            "ma 14 2026",
            "12 14 March 2026",
        ] {
            assert_eq!(iso_date(text), None, "{text}");
        }
    }
}
