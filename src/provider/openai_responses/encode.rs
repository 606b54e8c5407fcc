//! The request body: messages become items, the generated tool comes after the caller's, the format is in `text`.

use crate::error::Error;
use crate::obj;
use crate::output::{Choice, Format};
use crate::provider::Encode;
use crate::provider::shared::history;
use crate::provider::shared::parts::{self, Media, Part, Source};
use crate::provider::shared::turns;
use serde_json::{Map, Value};

pub fn encode(input: &Encode) -> Result<Value, Error> {
    let output = input.output;
    let mut body = Map::new();
    body.insert("model".into(), input.model.into());
    let row = input.endpoint.row;
    let messages = history::fit(input.messages, &row.turns);
    let mut items = Vec::with_capacity(messages.len());
    for message in messages.iter() {
        item(message, row.id, &mut items)?;
    }
    if let Some(text) = &output.closing {
        items.push(obj! { "role": "user", "content": text });
    }
    body.insert("input".into(), items.into());
    for (key, value) in turns::params(input)? {
        match key {
            "seed" | "stop" => return Err(turns::not_taken("The Responses API", key)),
            "max_tokens" | "max_completion_tokens" => body.insert("max_output_tokens".into(), value.clone()),
            "reasoning_effort" => {
                let effort = Map::from_iter([("effort".to_owned(), value.clone())]);
                turns::merge_into(&mut body, "reasoning", effort);
                None
            }
            _ => body.insert(key.to_owned(), value.clone()),
        };
    }
    if let Some(text) = &output.instructions {
        let all = match body.get("instructions").and_then(Value::as_str) {
            Some(given) => format!("{given}\n\n{text}"),
            None => text.clone(),
        };
        body.insert("instructions".into(), all.into());
    }
    if output.has_tools() {
        // With built-in tools, which may have to run first, the generated tool is not forced.
        let others = body.get("tools").and_then(Value::as_array).is_some_and(|tools| !tools.is_empty());
        let ours = output.all_tools().map(|tool| {
            obj! { "type": "function", "name": tool.name, "description": tool.description, "parameters": tool.parameters, "strict": tool.strict }
        });
        turns::add_tools(&mut body, ours);
        let choice = match (output.choice, output.tools.first()) {
            (Choice::Named, Some(tool)) if !others => obj! { "type": "function", "name": tool.name },
            (Choice::Required, _) if !others => "required".into(),
            _ => "auto".into(),
        };
        if !turns::own_choice(input)? {
            body.insert("tool_choice".into(), choice);
        }
    }
    if let Some(format) = &output.format {
        let format = match format {
            Format::Json => obj! { "type": "json_object" },
            Format::Schema { name, schema, strict, .. } => {
                obj! { "type": "json_schema", "name": name, "strict": strict, "schema": schema }
            }
        };
        let text = body.entry("text").or_insert_with(|| Value::Object(Map::new()));
        if let Some(text) = text.as_object_mut() {
            text.insert("format".into(), format);
        }
    }
    if input.stream {
        body.insert("stream".into(), true.into());
    }
    Ok(Value::Object(body))
}

fn item(message: &Value, provider: &str, out: &mut Vec<Value>) -> Result<(), Error> {
    let role = turns::role(message);
    if role == "tool" {
        let output = parts::text_of(message);
        out.push(
            obj! { "type": "function_call_output", "call_id": turns::answered_call_id(message), "output": output },
        );
        return Ok(());
    }
    match message.get("content") {
        Some(Value::String(text)) if !text.is_empty() || role == "user" => {
            out.push(obj! { "role": role, "content": text });
        }
        Some(Value::Array(_)) => {
            let mut list = Vec::new();
            for part in parts::of(message) {
                list.push(translate(part, role, provider)?);
            }
            out.push(obj! { "role": role, "content": list });
        }
        // An item in this API's form.
        None if message.get("type").is_some() => out.push(message.clone()),
        _ => {}
    }
    for call in turns::calls(message) {
        out.push(obj! { "type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments });
    }
    Ok(())
}

fn translate(part: Part, role: &str, provider: &str) -> Result<Value, Error> {
    let text_type = if role == "assistant" { "output_text" } else { "input_text" };
    Ok(match part {
        Part::Text(text) => obj! { "type": text_type, "text": text },
        Part::Native(part) => part.clone(),
        Part::Media { kind: Media::Image, source, part, .. } => {
            let mut out = obj! { "type": "input_image" };
            match &source {
                Source::File(id) => out["file_id"] = (*id).into(),
                other => out["image_url"] = parts::as_url(other).into(),
            }
            let detail = part.get("detail").or_else(|| part.get("image_url")?.get("detail"));
            if let Some(detail) = detail {
                out["detail"] = detail.clone();
            }
            out
        }
        Part::Media { kind: Media::Document, source, name, .. } => match source {
            Source::Url(url) => obj! { "type": "input_file", "file_url": url },
            Source::File(id) => obj! { "type": "input_file", "file_id": id },
            data => {
                obj! { "type": "input_file", "filename": name.unwrap_or("document.pdf"), "file_data": parts::as_url(&data) }
            }
        },
        Part::Media { kind: Media::Audio, source, .. } => match source {
            Source::Data { media, data } => {
                obj! { "type": "input_audio", "input_audio": obj! { "data": data, "format": parts::format_of(&media) } }
            }
            _ => return Err(parts::refuse(provider, "audio", "audio must be given as data, not as a URL")),
        },
    })
}
