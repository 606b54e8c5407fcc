//! Messages: the schema prompt placed, equal neighbours merged, neutral parts translated.
//!
//! Placement is Python Instructor's (instructor-behaviour 2.2): the prompt is appended to a first system message, or
//! becomes one; then, in JSON and MD_JSON, neighbours of equal role are merged.

use crate::error::{Error, Kind};
use crate::mode::Mode;
use crate::obj;
use crate::provider::{Ask, Encode};
use serde_json::{Map, Value};

/// The caller's messages as this API takes them; never changed in place.
pub fn build(input: &Encode) -> Result<Vec<Value>, Error> {
    let provider = input.endpoint.row.id;
    let mut out = Vec::with_capacity(input.messages.len() + 1);
    for message in input.messages {
        out.push(translate(message, provider)?);
    }
    Ok(place(out, input.ask))
}

/// Puts the prompts of `ask` into messages of the OpenAI shape.
pub fn place(mut messages: Vec<Value>, ask: &Ask) -> Vec<Value> {
    if let Some(text) = &ask.instructions {
        instruct(&mut messages, text);
    }
    if let Some(text) = &ask.closing {
        close(&mut messages, text);
    }
    if matches!(ask.mode, Mode::Json | Mode::MdJson) && ask.instructions.is_some() {
        return merge(messages);
    }
    messages
}

fn instruct(messages: &mut Vec<Value>, text: &str) {
    if let Some(first) = messages.first_mut()
        && first.get("role").and_then(Value::as_str) == Some("system")
    {
        match first.get_mut("content") {
            Some(Value::String(content)) => {
                content.push_str("\n\n");
                content.push_str(text);
                return;
            }
            Some(Value::Array(parts)) => {
                if let Some(Value::String(part)) = parts.first_mut().and_then(|p| p.get_mut("text")) {
                    part.push_str("\n\n");
                    part.push_str(text);
                    return;
                }
            }
            _ => {}
        }
    }
    messages.insert(0, obj! { "role": "system", "content": text });
}

fn close(messages: &mut Vec<Value>, text: &str) {
    messages.push(obj! { "role": "user", "content": text });
}

/// Consecutive messages of equal role become one. Messages with more than role and content (tool turns) stay alone.
fn merge(messages: Vec<Value>) -> Vec<Value> {
    let listed = messages.iter().any(|m| m.get("content").is_some_and(Value::is_array));
    let mut out: Vec<Value> = Vec::with_capacity(messages.len());
    for mut message in messages {
        let plain = is_plain(&message);
        if plain
            && listed
            && let Some(text) = message.get("content").and_then(Value::as_str)
        {
            message["content"] = Value::Array(vec![obj! { "type": "text", "text": text }]);
        }
        match out.last_mut() {
            Some(last) if plain && is_plain(last) && last.get("role") == message.get("role") => {
                join(last, &message);
            }
            _ => out.push(message),
        }
    }
    out
}

fn is_plain(message: &Value) -> bool {
    message.as_object().is_some_and(|m| m.keys().all(|k| k == "role" || k == "content"))
        && matches!(message.get("content"), Some(Value::String(_) | Value::Array(_)))
}

fn join(last: &mut Value, more: &Value) {
    match (last.get_mut("content"), more.get("content")) {
        (Some(Value::String(a)), Some(Value::String(b))) => {
            a.push_str("\n\n");
            a.push_str(b);
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => a.extend(b.iter().cloned()),
        _ => {}
    }
}

/// One message, with neutral parts in this API's form.
fn translate(message: &Value, provider: &str) -> Result<Value, Error> {
    let mut message = message.clone();
    if let Some(Value::Array(parts)) = message.get_mut("content") {
        for part in parts.iter_mut() {
            if let Some(text) = part.as_str() {
                *part = obj! { "type": "text", "text": text };
            } else if let Some(translated) = neutral(part, provider)? {
                *part = translated;
            }
        }
    }
    Ok(message)
}

/// `{type: image|audio|document, source}`; `source` is a URL, a data URL, or `{data, mediaType}` in base64.
fn neutral(part: &Value, provider: &str) -> Result<Option<Value>, Error> {
    let kind = part.get("type").and_then(Value::as_str).unwrap_or_default();
    if !matches!(kind, "image" | "audio" | "document") || part.get("source").is_none() {
        return Ok(None);
    }
    let refuse = |why: &str| {
        Error::new(Kind::Configuration, format!("{provider} does not take this {kind} part: {why}."))
            .with("provider", provider)
            .with("part", kind)
    };
    let url = source_url(part).ok_or_else(|| refuse("give `source` as a URL, a data URL or { data, mediaType }"))?;
    let data = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    Ok(Some(match (kind, data) {
        ("image", _) => {
            let mut inner = Map::new();
            inner.insert("url".into(), url.clone().into());
            if let Some(detail) = part.get("detail") {
                inner.insert("detail".into(), detail.clone());
            }
            obj! { "type": "image_url", "image_url": inner }
        }
        ("audio", Some((media, data))) => {
            let format = match media {
                "audio/wav" | "audio/x-wav" | "audio/wave" => "wav",
                "audio/mp3" | "audio/mpeg" => "mp3",
                _ => return Err(refuse("only wav and mp3 are taken")),
            };
            obj! { "type": "input_audio", "input_audio": obj! { "data": data, "format": format } }
        }
        ("audio", None) => return Err(refuse("audio must be given as data, not as a URL")),
        (_, Some(_)) => {
            let name = part.get("filename").and_then(Value::as_str).unwrap_or("document.pdf");
            obj! { "type": "file", "file": obj! { "filename": name, "file_data": url } }
        }
        (_, None) => return Err(refuse("documents must be given as data, not as a URL")),
    }))
}

/// The part's source as a URL; raw base64 becomes a data URL.
pub fn source_url(part: &Value) -> Option<String> {
    match part.get("source")? {
        Value::String(url) => Some(url.clone()),
        Value::Object(source) => {
            if let Some(url) = source.get("url").and_then(Value::as_str) {
                return Some(url.to_owned());
            }
            let data = source.get("data").and_then(Value::as_str)?;
            let media = ["mediaType", "media_type"].iter().find_map(|k| source.get(*k).and_then(Value::as_str))?;
            Some(format!("data:{media};base64,{data}"))
        }
        _ => None,
    }
}
