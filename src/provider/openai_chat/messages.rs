//! Messages: places the schema prompt, merges adjacent messages of one role, translates neutral parts.
//!
//! Placement follows Python Instructor (docs/internals/behaviour.md#prompt-placement): the prompt is appended to a first system
//! message, or becomes one; then, in JSON and MD_JSON, adjacent messages of the same role are merged.

use crate::error::Error;
use crate::obj;
use crate::output::Mode;
use crate::output::OutputRequest;
use crate::provider::Encode;
use crate::provider::registry::{PartSupport, Row};
use crate::provider::shared::history;
use crate::provider::shared::parts::{self, Media, Part, Source};
use crate::provider::shared::turns;
use serde_json::Value;

/// The caller's messages in the form of this API, copied where they change.
pub fn build(input: &Encode) -> Result<Vec<Value>, Error> {
    let row = input.endpoint.row;
    let messages = history::fit(input.messages, &row.turns);
    let mut out = Vec::with_capacity(messages.len() + 1);
    for message in messages.iter() {
        out.push(translate(message, row)?);
    }
    let placed = place(out, input.output);
    Ok(if row.turns.alternate { alternating(placed) } else { placed })
}

/// Puts the prompts of `output` into messages of the OpenAI shape.
pub fn place(mut messages: Vec<Value>, output: &OutputRequest) -> Vec<Value> {
    if let Some(text) = &output.instructions {
        instruct(&mut messages, text);
    }
    if let Some(text) = &output.closing {
        close(&mut messages, text);
    }
    if matches!(output.mode, Mode::Json | Mode::MdJson) && output.instructions.is_some() {
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

/// Merges consecutive messages of one role. Messages with more than role and content (tool turns) stay separate.
#[inline(never)]
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

/// System messages first, then alternating turns of user and model: adjacent turns of one role are merged.
#[inline(never)]
pub fn alternating(messages: Vec<Value>) -> Vec<Value> {
    let (mut out, rest): (Vec<Value>, Vec<Value>) =
        messages.into_iter().partition(|message| turns::role(message) == "system");
    for mut message in rest {
        let role = turns::role(&message);
        match out.last_mut().filter(|last| matches!(role, "user" | "assistant") && turns::role(last) == role) {
            Some(last) => {
                // Text next to a list of parts becomes a part.
                let listed = [&*last, &message].iter().any(|turn| turn.get("content").is_some_and(Value::is_array));
                for turn in [&mut *last, &mut message] {
                    let text = turn.get("content").and_then(Value::as_str).unwrap_or_default().to_owned();
                    match turn.get("content") {
                        Some(Value::Array(_)) => {}
                        _ if listed => turn["content"] = Value::Array(vec![obj! { "type": "text", "text": text }]),
                        _ => turn["content"] = text.into(),
                    }
                }
                join(last, &message);
                if let Some(Value::Array(calls)) = message.get_mut("tool_calls").map(Value::take)
                    && let Some(known) = turns::list(last, "tool_calls")
                {
                    known.extend(calls);
                }
            }
            None => out.push(message),
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
            if !a.is_empty() && !b.is_empty() {
                a.push_str("\n\n");
            }
            a.push_str(b);
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => a.extend(b.iter().cloned()),
        _ => {}
    }
}

/// One message with its parts in the provider's form.
fn translate(message: &Value, row: &Row) -> Result<Value, Error> {
    let mut message = message.clone();
    if let Some(Value::Array(list)) = message.get_mut("content") {
        for part in list.iter_mut() {
            let translated = match parts::read(part) {
                Part::Text(text) if part.is_string() => Some(obj! { "type": "text", "text": text }),
                Part::Text(_) => None,
                Part::Native(part) => {
                    let kind = part.get("type").and_then(Value::as_str).unwrap_or_default();
                    if matches!(kind, "image" | "audio" | "document") {
                        let why = "give `source` as a URL, a data URL or { data, mediaType }";
                        return Err(parts::refuse(row.id, kind, why));
                    }
                    None
                }
                Part::Media { kind, source, name, part } => media(kind, &source, name, part, row)?,
            };
            if let Some(translated) = translated {
                *part = translated;
            }
        }
    }
    Ok(message)
}

/// An image, audio or document part; `None` if it has the right form already.
#[inline(never)]
fn media(kind: Media, source: &Source, name: Option<&str>, part: &Value, row: &Row) -> Result<Option<Value>, Error> {
    let (form, own) = match kind {
        Media::Image => (row.parts.image, "image_url"),
        Media::Audio => (row.parts.audio, "input_audio"),
        Media::Document => (row.parts.document, "file"),
    };
    let refuse = |why: &str| Err(parts::refuse(row.id, kind.name(), why));
    match (form, source) {
        (PartSupport::No, _) => return refuse("this API has none"),
        (PartSupport::Data, Source::Url(_)) => return refuse("give it as data, not as a URL"),
        (PartSupport::Mistral, _) => {
            let Some(url) = parts::as_url(source) else { return refuse("give it as data or as a URL") };
            return Ok(Some(match (kind, source) {
                (Media::Audio, Source::Data { data, .. }) => obj! { "type": "input_audio", "input_audio": data },
                (Media::Audio, _) => obj! { "type": "input_audio", "input_audio": url },
                _ => {
                    obj! { "type": "document_url", "document_url": url, "document_name": name.unwrap_or("document.pdf") }
                }
            }));
        }
        _ if part.get("type").and_then(Value::as_str) == Some(own) => return Ok(None),
        _ => {}
    }
    Ok(Some(match (kind, source) {
        (Media::Document, Source::File(id)) => obj! { "type": "file", "file": obj! { "file_id": id } },
        (_, Source::File(_)) => return refuse("give it as data, not by an id"),
        (Media::Image, source) => {
            let mut inner = obj! { "url": parts::as_url(source) };
            if let Some(detail) = part.get("detail") {
                inner["detail"] = detail.clone();
            }
            obj! { "type": "image_url", "image_url": inner }
        }
        (Media::Audio, Source::Data { media, data }) => {
            let format = match parts::format_of(media) {
                format @ ("wav" | "mp3") => format,
                _ => return refuse("only wav and mp3 are accepted"),
            };
            obj! { "type": "input_audio", "input_audio": obj! { "data": data, "format": format } }
        }
        (Media::Audio, _) => return refuse("give it as data, not as a URL"),
        (Media::Document, source) => {
            let file = obj! { "filename": name.unwrap_or("document.pdf"), "file_data": parts::as_url(source) };
            obj! { "type": "file", "file": file }
        }
    }))
}
