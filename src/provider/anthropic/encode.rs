//! The request body.

use crate::error::Error;
use crate::obj;
use crate::output::{Choice, Format};
use crate::provider::Encode;
use crate::provider::Endpoint;
use crate::provider::registry::Key;
use crate::provider::registry::rule;
use crate::provider::shared::history;
use crate::provider::shared::parts::{self, Media, Part, Source};
use crate::provider::shared::{accumulator, turns};
use serde_json::{Map, Value};

/// Vertex AI's name for the classic version of the API.
const VERTEX_VERSION: &str = "vertex-2023-10-16";

/// Vertex AI expects the version in the body and the model in the path.
pub fn on_vertex(endpoint: &Endpoint) -> bool {
    endpoint.row.key == Key::GoogleCloud
}

pub fn encode(input: &Encode) -> Result<Value, Error> {
    let (output, endpoint) = (input.output, input.endpoint);
    let mut body = Map::new();
    if on_vertex(endpoint) {
        let version = endpoint.option("anthropicVersion").unwrap_or(VERTEX_VERSION);
        body.insert("anthropic_version".into(), version.into());
    } else {
        body.insert("model".into(), input.model.into());
    }
    let messages = history::fit(input.messages, &endpoint.row.turns);
    let (system, rest) = turns::split(&messages);
    let mut messages = Vec::with_capacity(rest.len());
    for message in rest {
        turn(message, endpoint.row.id, &mut messages)?;
    }
    if let Some(text) = &output.closing {
        messages.push(obj! { "role": "user", "content": text });
    }
    body.insert("messages".into(), messages.into());
    for (key, value) in turns::params(input)? {
        match key {
            "stop" => body.insert("stop_sequences".into(), turns::stops(value)),
            "max_completion_tokens" => body.insert("max_tokens".into(), value.clone()),
            _ => body.insert(key.to_owned(), value.clone()),
        };
    }
    if let Some(limit) = rule(input.model).max_default.or(endpoint.row.max_default) {
        body.entry("max_tokens").or_insert(limit.into());
    }
    let blocks = system_blocks(body.shift_remove("system"), &system, output.instructions.as_deref());
    if !blocks.is_null() {
        body.insert("system".into(), blocks);
    }
    if output.has_tools() {
        let ours = output.all_tools().map(|tool| {
            let mut out = obj! { "name": tool.name, "description": tool.description, "input_schema": tool.parameters };
            if tool.strict {
                out["strict"] = true.into();
            }
            out
        });
        turns::add_tools(&mut body, ours);
        let choice = match (output.choice, output.tools.first()) {
            (Choice::Named, Some(tool)) => {
                obj! { "type": "tool", "name": tool.name, "disable_parallel_tool_use": true }
            }
            (Choice::Required, _) if !output.own.is_empty() => obj! { "type": "any" },
            (Choice::Required, _) => obj! { "type": "any", "disable_parallel_tool_use": true },
            _ => obj! { "type": "auto" },
        };
        // The caller's choice stays, as in Python.
        if !turns::own_choice(input)? {
            body.insert("tool_choice".into(), choice);
        }
    }
    if let Some(Format::Schema { schema, .. }) = &output.format {
        let format = obj! { "type": "json_schema", "schema": schema };
        turns::merge_into(&mut body, "output_config", Map::from_iter([("format".to_owned(), format)]));
    }
    if input.stream {
        body.insert("stream".into(), true.into());
    }
    Ok(Value::Object(body))
}

/// The caller's `system` parameter, the system messages, our prompt: as blocks. A parameter alone stays as it is.
fn system_blocks(given: Option<Value>, messages: &[&Value], ours: Option<&str>) -> Value {
    if messages.is_empty() && ours.is_none() {
        return given.unwrap_or_default();
    }
    let block = |text: &str| obj! { "type": "text", "text": text };
    let mut out = match given {
        Some(Value::String(text)) => vec![block(&text)],
        Some(Value::Array(blocks)) => blocks,
        _ => Vec::new(),
    };
    for message in messages {
        match message.get("content") {
            // Parts stay whole: they may have `cache_control`.
            Some(Value::Array(parts)) => {
                out.extend(parts.iter().map(|part| part.as_str().map_or_else(|| part.clone(), block)));
            }
            _ => out.push(block(&parts::text_of(message))),
        }
    }
    out.extend(ours.map(block));
    out.retain(|block| block.get("text").is_none_or(|text| text != ""));
    if out.is_empty() { Value::Null } else { out.into() }
}

fn turn(message: &Value, provider: &str, out: &mut Vec<Value>) -> Result<(), Error> {
    let role = turns::role(message);
    if role == "tool" {
        let mut result = obj! { "type": "tool_result", "tool_use_id": turns::answered_call_id(message) };
        result["content"] = match message.get("content") {
            Some(Value::Array(_)) => blocks(message, provider)?.into(),
            _ => parts::text_of(message).into(),
        };
        // The results of one turn's calls form one turn.
        if let Some(last) = out.last_mut().and_then(|turn| turn.get_mut("content")).and_then(Value::as_array_mut)
            && last.iter().all(|block| block.get("type").and_then(Value::as_str) == Some("tool_result"))
        {
            last.push(result);
        } else {
            out.push(obj! { "role": "user", "content": Value::Array(vec![result]) });
        }
        return Ok(());
    }
    let calls = turns::calls(message);
    let content: Value = match message.get("content") {
        Some(Value::String(text)) if calls.is_empty() => text.clone().into(),
        _ => {
            let mut blocks = blocks(message, provider)?;
            blocks.retain(|block| accumulator::text_at(block, &["text"]).is_none_or(|text| !text.trim().is_empty()));
            blocks.extend(calls.into_iter().map(|call| {
                let input = turns::arguments_value(call.arguments);
                obj! { "type": "tool_use", "id": call.id, "name": call.name, "input": input }
            }));
            blocks.into()
        }
    };
    if content.as_array().is_none_or(|blocks| !blocks.is_empty()) {
        out.push(obj! { "role": role, "content": content });
    }
    Ok(())
}

fn blocks(message: &Value, provider: &str) -> Result<Vec<Value>, Error> {
    let parts = match message.get("content") {
        Some(Value::Array(parts)) => parts.as_slice(),
        Some(Value::String(text)) => return Ok(vec![obj! { "type": "text", "text": text }]),
        _ => return Ok(Vec::new()),
    };
    // A part in this API's form passes unchanged.
    let native = |part: &Value| {
        part.get("source").is_some_and(|source| source.get("type").is_some())
            || part.get("type").and_then(Value::as_str) == Some("text")
    };
    let read = parts::of(message);
    let mut out = Vec::with_capacity(parts.len());
    for (part, read) in parts.iter().zip(read) {
        out.push(if native(part) { part.clone() } else { block(read, provider)? });
    }
    Ok(out)
}

fn block(part: Part, provider: &str) -> Result<Value, Error> {
    let (kind, source, name, part) = match part {
        Part::Text(text) => return Ok(obj! { "type": "text", "text": text }),
        Part::Native(part) => return Ok(part.clone()),
        Part::Media { kind, source, name, part } => (kind, source, name, part),
    };
    let refuse = |why| Err(parts::refuse(provider, kind.name(), why));
    let source = match (kind, source) {
        (Media::Audio, _) => return refuse("this API has no audio"),
        (_, Source::Url(url)) if !url.starts_with("http") => return refuse("give it as data or at an https: address"),
        (_, Source::Url(url)) => obj! { "type": "url", "url": url },
        (_, Source::File(id)) => obj! { "type": "file", "file_id": id },
        (Media::Image, Source::Data { media, .. })
            if !matches!(&*media, "image/jpeg" | "image/png" | "image/gif" | "image/webp") =>
        {
            return refuse("only jpeg, png, gif and webp are accepted");
        }
        (Media::Document, Source::Data { media, .. }) if media != "application/pdf" => {
            return refuse("only PDF is accepted as data; send other documents as text");
        }
        (_, Source::Data { media, data }) => obj! { "type": "base64", "media_type": media, "data": data },
    };
    let mut out = obj! { "type": kind.name(), "source": source };
    if let (Media::Document, Some(name)) = (kind, name) {
        out["title"] = name.into();
    }
    if let Some(cache) = part.get("cache_control") {
        out["cache_control"] = cache.clone();
    }
    Ok(out)
}
