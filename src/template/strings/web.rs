//! Texts for HTML and for URLs: `escape`, `striptags`, `urlencode`.

use super::super::call::{Call, Made};
use super::super::python;
use minijinja::Error;
use minijinja::value::ValueKind;

pub fn escape(c: &mut Call<'_, '_, '_>) -> Made {
    let text = c.text();
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            char => out.push(char),
        }
    }
    Ok(out.into())
}

fn quoted(text: &str, kept: &str, space: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match char::from(byte) {
            char if char.is_ascii_alphanumeric() || kept.contains(char) => out.push(char),
            ' ' => out.push_str(space),
            _ => {
                let digit = |at: u8| HEX.get(usize::from(at & 15)).map_or('0', |digit| char::from(*digit));
                out.extend(['%', digit(byte >> 4), digit(byte)]);
            }
        }
    }
}

/// A text for a URL, or an object or a list of pairs as its query.
pub fn urlencode(c: &mut Call<'_, '_, '_>) -> Made {
    let value = c.value();
    let mut out = String::new();
    let pairs = match value.kind() {
        ValueKind::Map => {
            value.try_iter()?.map(|key| Ok((key.clone(), value.get_item(&key)?))).collect::<Result<_, Error>>()?
        }
        ValueKind::Seq | ValueKind::Iterable => value
            .try_iter()?
            .map(|pair| Ok((pair.get_item(&0.into())?, pair.get_item(&1.into())?)))
            .collect::<Result<Vec<_>, Error>>()?,
        _ => {
            quoted(&c.text(), "_.-~/", "%20", &mut out);
            return Ok(out.into());
        }
    };
    for (index, (key, item)) in pairs.into_iter().enumerate() {
        if index > 0 {
            out.push('&');
        }
        quoted(&python::text(&key), "_.-~", "+", &mut out);
        out.push('=');
        quoted(&python::text(&item), "_.-~", "+", &mut out);
    }
    Ok(out.into())
}

/// The text between tags and comments, with single spaces.
pub fn striptags(c: &mut Call<'_, '_, '_>) -> Made {
    let text = c.text();
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('<') {
        let (end, skip) = if after.starts_with("!--") { ("-->", 3) } else { (">", 1) };
        let Some(at) = after.find(end) else { break };
        out.push_str(before);
        rest = after.get(at + skip..).unwrap_or_default();
    }
    out.push_str(rest);
    c.grow_items(out.matches(char::is_whitespace).count())?;
    let text = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    Ok(entities.iter().fold(text, |text, (entity, char)| text.replace(entity, char)).into())
}
