//! Reads numbers, booleans and enum values from text.

use super::case_fold::{in_word, lower};
use crate::jsontext;
use serde_json::{Number, Value};

/// The number in a text, which may have thousands separators, a decimal comma, a currency sign before it or a unit after
/// it. `None` if there is no number, more than one, or an ambiguous one.
pub fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    if let Some(number) = jsontext::number(text) {
        return Some(number);
    }
    let text = text.strip_prefix(['$', '€', '£', '¥', '₹']).map_or(text, str::trim_start);
    let sign = if text.starts_with(['-', '−']) { "-" } else { "" };
    let text = text.trim_start_matches(['-', '−', '+']).trim_start();
    let text = text.strip_prefix(['$', '€', '£', '¥', '₹']).map_or(text, str::trim_start);
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_' | '\'' | ' ' | '\u{a0}' | '\u{202f}')));
    let (digits, unit) = text.split_at(end.unwrap_or(text.len()));
    if let Some(below) = unit.strip_prefix('/') {
        let (above, below) = (digits.trim().parse::<u32>().ok()?, below.trim().parse::<u32>().ok()?);
        return Number::from_f64(f64::from(above) / f64::from(below)).filter(|_| below != 0 && sign.is_empty());
    }
    // A unit is a word or a sign; a percentage is ambiguous, as it may mean the number or its hundredth.
    let unit = unit.trim();
    if unit.starts_with('%') || unit.contains(|c: char| c.is_ascii_digit()) || !unit.chars().all(is_unit) {
        return None;
    }
    jsontext::number(&[sign, &plain(digits.trim())?].concat())
}

fn is_unit(c: char) -> bool {
    (in_word(c) && !c.is_ascii_digit()) || matches!(c, ' ' | '°' | '€' | '$' | '£' | '²' | '³' | '/' | '.')
}

/// The digits of a number with separators, as in JSON.
fn plain(digits: &str) -> Option<String> {
    let digits = digits.strip_suffix(['.', ',']).unwrap_or(digits);
    let is_mark = |c: char| !c.is_ascii_digit();
    let marks: Vec<char> = digits.chars().filter(|c| is_mark(*c)).collect();
    let (grouping, decimal) = match (marks.first().copied(), marks.last().copied()) {
        (None, _) | (_, None) => (None, None),
        (Some(first), Some(last)) if first != last => (Some(first), Some(last)),
        (Some(mark), _) if marks.len() > 1 => (Some(mark), None),
        (Some('.'), _) => (None, Some('.')),
        (Some(','), _) if digits.rsplit(',').next().is_none_or(|behind| behind.len() != 3) => (None, Some(',')),
        (Some(mark), _) => (Some(mark), None),
    };
    let (whole, fraction) = match decimal {
        Some(mark) => digits.split_once(mark)?,
        None => (digits, ""),
    };
    if !matches!(decimal, None | Some('.' | ','))
        || fraction.contains(is_mark)
        || (decimal.is_some() && fraction.is_empty())
    {
        return None;
    }
    let groups: Vec<&str> = match grouping {
        Some(mark) => whole.split(mark).collect(),
        None => vec![whole],
    };
    let (first, others) = groups.split_first()?;
    if grouping.is_some() && (first.is_empty() || first.len() > 3 || others.iter().any(|group| group.len() != 3)) {
        return None;
    }
    let whole = groups.concat();
    if whole.is_empty() || whole.contains(is_mark) {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    Some(if fraction.is_empty() { whole.to_owned() } else { [whole, ".", fraction].concat() })
}

/// Whether a number has no fraction.
pub fn is_whole(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|float| float % 1.0 == 0.0)
}

/// The integer of a float without a fraction.
pub fn whole(number: &Number) -> Option<Number> {
    let float = number.as_f64()?;
    let exact = float % 1.0 == 0.0 && float.abs() < 9_007_199_254_740_992.0;
    exact.then(|| Number::from(float as i64))
}

/// The boolean of a text such as `yes` or `True`.
pub fn truth(text: &str) -> Option<bool> {
    let text = text.trim().trim_matches(['*', '`', '"', '\'', '.']);
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("yes") {
        return Some(true);
    }
    (is("false") || is("no")).then_some(false)
}

/// The only constant that a text is in another case, and the reason.
pub fn by_case(value: &Value, options: &[Value]) -> Option<(Value, &'static str)> {
    let word = value.as_str()?.trim();
    // `to_lowercase` would add its tables to the module.
    let is = |name: &str| name.chars().map(lower).eq(word.chars().map(lower));
    let mut same = options.iter().filter(|option| option.as_str().is_some_and(is));
    let option = same.next().filter(|_| same.next().is_none())?;
    Some((option.clone(), "enum value by case"))
}

/// The letters and digits of a text in lower case: the form in which keys and enum values are compared.
pub fn folded(text: &str) -> String {
    text.chars().filter(|c| in_word(*c)).map(lower).collect()
}

/// The words of a text, as written and folded.
pub fn words(text: &str) -> Vec<(&str, String)> {
    let words = text.split(|c: char| !in_word(c)).filter(|word| !word.is_empty());
    words.map(|word| (word, folded(word))).collect()
}

/// Whether a text with these words contains the words of `wanted`, regardless of punctuation and, unless `exact`, of
/// case.
pub fn mentions(text: &[(&str, String)], wanted: &str, exact: bool) -> bool {
    let wanted = words(wanted);
    !wanted.is_empty()
        && text.windows(wanted.len()).any(|window| {
            let mut pairs = window.iter().zip(&wanted);
            pairs.all(|(word, wanted)| if exact { word.0 == wanted.0 } else { word.1 == wanted.1 })
        })
}
