//! `'%.2f' % x`, the filter `format` and `'{:.2f}'.format(x)`.

use super::call::{Call, attribute, fails, float};
use super::python;
use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Value};

/// Maximum precision and number of digits that a field requires.
const MAX_PRECISION: usize = 400;

/// How one value is written.
#[derive(Default)]
struct Field {
    fill: Option<char>,
    /// `<`, `>`, `^` or `=`.
    align: Option<char>,
    sign: Option<char>,
    alternate: bool,
    width: usize,
    separator: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

fn wrong(detail: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, detail)
}

/// A float with a number of decimals, rounded to the even of two.
pub fn fixed(value: f64, decimals: usize) -> Result<String, Error> {
    limited(decimals).map(|decimals| format!("{value:.decimals$}"))
}

fn limited(precision: usize) -> Result<usize, Error> {
    if precision > MAX_PRECISION { Err(fails("a number of more than 400 digits")) } else { Ok(precision) }
}

/// `template % values`. `named` has the values of `%(name)s`.
pub fn percent(c: &Call<'_, '_, '_>, template: &str, values: &[Value], named: Option<&Value>) -> Result<Value, Error> {
    let mut out = String::new();
    let mut values = values.iter();
    let mut used = false;
    let mut chars = template.chars().peekable();
    let next = |values: &mut std::slice::Iter<'_, Value>| {
        values.next().cloned().ok_or_else(|| wrong("a format has more fields than values"))
    };
    while let Some(char) = chars.next() {
        if char != '%' {
            out.push(char);
            continue;
        }
        let mut name = None;
        if chars.next_if_eq(&'(').is_some() {
            let mut own = String::new();
            while let Some(char) = chars.next_if(|c| *c != ')') {
                own.push(char);
            }
            chars.next();
            name = Some(own);
        }
        let mut field = Field::default();
        while let Some(flag) = chars.next_if(|c| "#0- +".contains(*c)) {
            match flag {
                '#' => field.alternate = true,
                '-' => field.align = Some('<'),
                '0' if field.align.is_none() => (field.fill, field.align) = (Some('0'), Some('=')),
                '+' => field.sign = Some('+'),
                ' ' if field.sign.is_none() => field.sign = Some(' '),
                _ => {}
            }
        }
        if field.align == Some('<') {
            field.fill = None;
        }
        let mut star = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| {
            if chars.next_if_eq(&'*').is_none() {
                return digits(chars);
            }
            next(&mut values)?.as_usize().map(Some).ok_or_else(|| wrong("a width is not a number"))
        };
        field.width = star(&mut chars)?.unwrap_or(0);
        if chars.next_if_eq(&'.').is_some() {
            field.precision = Some(star(&mut chars)?.unwrap_or(0));
        }
        while chars.next_if(|c| "hlL".contains(*c)).is_some() {}
        let kind = chars.next().ok_or_else(|| wrong("a format ends inside a field"))?;
        if kind == '%' {
            out.push('%');
            continue;
        }
        let value = match (&name, named) {
            (Some(name), Some(named)) => {
                used = true;
                named.get_item(&name.as_str().into())?
            }
            (Some(_), None) => return Err(wrong("a format with names takes an object")),
            (None, _) => next(&mut values)?,
        };
        let value = match kind {
            's' => python::text(&value).into(),
            'r' | 'a' => python::repr(&value).into(),
            'd' | 'i' | 'u' => float(&value)
                .map_or(value.clone(), |own| if value.is_integer() { value.clone() } else { (own as i64).into() }),
            'c' if value.as_str().is_some_and(|text| text.chars().count() == 1) => value,
            'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' => value,
            _ => return Err(wrong("a field of a format has an unknown type")),
        };
        field.kind = Some(match kind {
            'r' | 'a' | 'c' => 's',
            'i' | 'u' => 'd',
            kind => kind,
        });
        // The operator aligns texts to the right, too.
        field.align = field.align.or(Some('>'));
        if value.as_str().is_some() && field.align == Some('=') {
            (field.fill, field.align) = (None, Some('>'));
        }
        write(c, &value, &field, &mut out)?;
    }
    if !used && named.is_none() && values.next().is_some() {
        return Err(wrong("a format has fewer fields than values"));
    }
    Ok(out.into())
}

/// `template.format(…)`.
pub fn braces(
    c: &Call<'_, '_, '_>,
    template: &str,
    values: &[Value],
    named: &dyn Fn(&str) -> Option<Value>,
) -> Result<Value, Error> {
    let mut out = String::new();
    let mut automatic = 0..values.len();
    let mut chars = template.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '{' | '}' if chars.next_if_eq(&char).is_some() => out.push(char),
            '}' => return Err(wrong("a format has a single }")),
            '{' => {
                let mut inside = String::new();
                loop {
                    match chars.next() {
                        Some('}') => break,
                        Some('{') | None => return Err(wrong("a format has a { that is not closed, or nested ones")),
                        Some(char) => inside.push(char),
                    }
                }
                let (inside, spec) = inside.split_once(':').unwrap_or((&inside, ""));
                let (path, conversion) = inside.split_once('!').unwrap_or((inside, ""));
                let value = lookup(path, values, named, &mut automatic)?;
                let value = match conversion {
                    "" => value,
                    "s" => python::text(&value).into(),
                    "r" | "a" => python::repr(&value).into(),
                    _ => return Err(wrong("a format has an unknown conversion")),
                };
                write(c, &value, &spec_of(spec)?, &mut out)?;
            }
            char => out.push(char),
        }
    }
    Ok(out.into())
}

/// The value of a field: ``, `0`, `name`, `name.member`, `name[key]`.
fn lookup(
    path: &str,
    values: &[Value],
    named: &dyn Fn(&str) -> Option<Value>,
    automatic: &mut std::ops::Range<usize>,
) -> Result<Value, Error> {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (first, rest) = path.split_at(end);
    let missing = || wrong("a format has a field without a value");
    let value = match first {
        "" => automatic.next().and_then(|index| values.get(index).cloned()),
        index if index.bytes().all(|b| b.is_ascii_digit()) => values.get(index.parse().unwrap_or(usize::MAX)).cloned(),
        name => named(name),
    };
    let rest = rest.replace('[', ".").replace(']', "");
    let rest = rest.trim_start_matches('.');
    // Python's sandbox refuses such names, too.
    if rest.split('.').any(|name| name.starts_with("__")) {
        return Err(missing());
    }
    let value = value.ok_or_else(missing)?;
    Ok(if rest.is_empty() { value } else { attribute(&value, &Value::from(rest)) })
}

/// `[[fill]align][sign][#][0][width][,][.precision][type]`
fn spec_of(spec: &str) -> Result<Field, Error> {
    let mut field = Field::default();
    let mut chars = spec.chars().peekable();
    let is_align = |c: char| "<>^=".contains(c);
    let mut ahead = spec.chars();
    let (first, second) = (ahead.next(), ahead.next());
    if let (Some(fill), Some(align)) = (first, second.filter(|c| is_align(*c))) {
        (field.fill, field.align) = (Some(fill), Some(align));
        chars.nth(1);
    } else {
        field.align = chars.next_if(|c| is_align(*c));
    }
    field.sign = chars.next_if(|c| "+- ".contains(*c));
    field.alternate = chars.next_if_eq(&'#').is_some();
    if chars.next_if_eq(&'0').is_some() {
        field.fill = field.fill.or(Some('0'));
        field.align = field.align.or(Some('='));
    }
    field.width = digits(&mut chars)?.unwrap_or(0);
    field.separator = chars.next_if(|c| ",_".contains(*c));
    if chars.next_if_eq(&'.').is_some() {
        field.precision = digits(&mut chars)?;
    }
    field.kind = chars.next();
    let known = field.kind.is_none_or(|kind| "sdbcoxXeEfFgGn%".contains(kind));
    if !known || chars.next().is_some() { Err(wrong("a format has an unknown specification")) } else { Ok(field) }
}

fn digits(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Option<usize>, Error> {
    let mut text = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        text.push(digit);
    }
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| wrong("a width is too large"))
}

/// Writes one value with its sign, digits and padding.
fn write(c: &Call<'_, '_, '_>, value: &Value, field: &Field, out: &mut String) -> Result<(), Error> {
    let number = float(value).filter(|_| value.kind() == ValueKind::Number || field.kind.is_some());
    let (sign, body) = match (number, field.kind) {
        (None, None | Some('s')) | (Some(_), Some('s')) => {
            let mut text = python::text(value);
            if let Some(precision) = field.precision {
                text = text.chars().take(precision).collect();
            }
            return pad(c, "", &text, field, '<', out);
        }
        (None, _) => return Err(wrong("a format of a number got something else")),
        (Some(number), kind) => digits_of(value, number, kind, field)?,
    };
    let sign = match (sign, field.sign) {
        (true, _) => "-",
        (_, Some('+')) => "+",
        (_, Some(' ')) => " ",
        _ => "",
    };
    let body = match field.separator {
        Some(separator) => grouped(&body, separator),
        None => body,
    };
    pad(c, sign, &body, field, '>', out)
}

/// Whether a number is negative, and its digits without the sign.
fn digits_of(value: &Value, number: f64, kind: Option<char>, field: &Field) -> Result<(bool, String), Error> {
    let whole = i128::try_from(value.clone()).ok().or_else(|| super::call::integer(value).map(i128::from));
    let whole = whole.filter(|_| value.is_integer() || value.kind() == ValueKind::Bool);
    let size = number.abs();
    if let Some(kind) = kind.or(whole.map(|_| 'd')).filter(|kind| "dbcoxXn".contains(*kind)) {
        let whole = whole.ok_or_else(|| wrong("a format of an integer got something else"))?;
        let size = whole.unsigned_abs();
        let (prefix, digits) = match kind {
            'b' => ("0b", format!("{size:b}")),
            'o' => ("0o", format!("{size:o}")),
            'x' => ("0x", format!("{size:x}")),
            'X' => ("0X", format!("{size:x}").to_ascii_uppercase()),
            _ => ("", size.to_string()),
        };
        return Ok((whole < 0, [if field.alternate { prefix } else { "" }, &digits].concat()));
    }
    let precision = limited(field.precision.unwrap_or(6))?;
    let text = match kind {
        _ if !number.is_finite() => python::float(size),
        Some('f' | 'F') => fixed(size, precision)?,
        Some('%') => [&fixed(size * 100.0, precision)?, "%"].concat(),
        Some('e' | 'E') => scientific(size, precision),
        Some('g' | 'G') => general(size, precision, field.alternate),
        _ if field.precision.is_none() => python::float(size),
        _ => {
            let text = general(size, precision, false);
            if text.contains(['.', 'e']) { text } else { [&text, ".0"].concat() }
        }
    };
    let text = if kind.is_some_and(|kind| kind.is_ascii_uppercase()) { text.to_ascii_uppercase() } else { text };
    Ok((number.is_sign_negative(), text))
}

fn scientific(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    [digits, &python::exponent(exponent.parse().unwrap_or(0))].concat()
}

fn general(value: f64, precision: usize, keep: bool) -> String {
    let precision = precision.max(1);
    let text = scientific(value, precision - 1);
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let strip = |text: &str| match text.contains('.') && !keep {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    let places = i32::try_from(precision).unwrap_or(0) - 1 - exponent;
    if exponent < -4 || places < 0 {
        return strip(digits) + &python::exponent(exponent);
    }
    let places = places.unsigned_abs() as usize;
    strip(&format!("{value:.places$}"))
}

/// The digits before the point in groups of three.
fn grouped(body: &str, separator: char) -> String {
    let end = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
    let (whole, rest) = body.split_at(end);
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out + rest
}

fn pad(
    c: &Call<'_, '_, '_>,
    sign: &str,
    body: &str,
    field: &Field,
    align: char,
    out: &mut String,
) -> Result<(), Error> {
    let length = sign.len() + body.chars().count();
    let missing = field.width.saturating_sub(length);
    let fill = field.fill.unwrap_or(' ');
    c.extend(out, missing.saturating_mul(fill.len_utf8()).saturating_add(body.len()))?;
    let align = field.align.unwrap_or(align);
    let left = match align {
        '<' => 0,
        '^' => missing / 2,
        _ => missing,
    };
    if align == '=' {
        out.push_str(sign);
    }
    out.extend(std::iter::repeat_n(fill, left));
    if align != '=' {
        out.push_str(sign);
    }
    out.push_str(body);
    out.extend(std::iter::repeat_n(fill, missing - left));
    Ok(())
}
