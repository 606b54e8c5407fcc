//! The request body.

use crate::error::Error;
use crate::jsontext::ToText;
use crate::obj;
use crate::output::prompts;
use crate::output::{Choice, Format};
use crate::provider::Encode;
use crate::provider::registry::rule;
use crate::provider::shared::history;
use crate::provider::shared::parts::{self, Media, Part, Source};
use crate::provider::shared::turns;
use serde_json::{Map, Value};

const INFERENCE: &[(&str, &str)] = &[
    ("max_tokens", "maxTokens"),
    ("max_completion_tokens", "maxTokens"),
    ("temperature", "temperature"),
    ("top_p", "topP"),
    ("stop", "stopSequences"),
    ("stop_sequences", "stopSequences"),
];
/// Parameters of the model, not of the API.
const ADDITIONAL: &[&str] = &[
    "top_k",
    "thinking",
    "anthropic_beta",
    "output_config",
    "reasoning_effort",
    "reasoning",
    "reasoning_config",
    "reasoningConfig",
];

pub fn encode(input: &Encode) -> Result<Value, Error> {
    let output = input.output;
    let provider = input.endpoint.row.id;
    let messages = history::fit(input.messages, &input.endpoint.row.turns);
    let (system, rest) = turns::split(&messages);
    let mut messages = Vec::with_capacity(rest.len());
    for message in rest {
        turn(message, provider, &mut messages)?;
    }
    let mut body = Map::new();
    body.insert("messages".into(), messages.into());
    let (mut inference, mut additional) = (Map::new(), Map::new());
    for (key, value) in turns::params(input)? {
        if let Some((_, name)) = INFERENCE.iter().find(|(name, _)| *name == key) {
            let value = if *name == "stopSequences" { turns::stops(value) } else { value.clone() };
            inference.insert((*name).to_owned(), value);
        } else if key == "reasoning_effort" && rule(input.model).max_field.is_some() {
            // OpenAI's models use the Responses API's name.
            additional.insert("reasoning".to_owned(), obj! { "effort": value });
        } else if key == "tool_choice" {
            return Err(turns::not_taken("Converse (which has `toolConfig`)", key));
        } else if ADDITIONAL.contains(&key) {
            additional.insert(key.to_owned(), value.clone());
        } else {
            body.insert(key.to_owned(), value.clone());
        }
    }
    turns::merge_into(&mut body, "inferenceConfig", inference);
    turns::merge_into(&mut body, "additionalModelRequestFields", additional);
    let system = system_blocks(&system, output.instructions.as_deref());
    if !system.is_empty() {
        let list = body.entry("system").or_insert_with(|| Value::Array(Vec::new()));
        if let Some(list) = list.as_array_mut() {
            list.extend(system);
        }
    }
    if output.has_tools() {
        let ours = output.all_tools().map(|tool| {
            let mut spec = obj! { "name": tool.name, "description": tool.description, "inputSchema": obj! { "json": tool.parameters } };
            if tool.strict {
                spec["strict"] = true.into();
            }
            obj! { "toolSpec": spec }
        });
        let config = body.entry("toolConfig").or_insert_with(|| Value::Object(Map::new()));
        if let Some(config) = config.as_object_mut() {
            turns::add_tools(config, ours);
            let choice = match (output.choice, output.tools.first()) {
                (Choice::Named, Some(tool)) => Some(obj! { "tool": obj! { "name": tool.name } }),
                (Choice::Required, _) => Some(obj! { "any": Value::Object(Map::new()) }),
                // The default, which models without tool choice refuse.
                _ => None,
            };
            if let Some(choice) = choice {
                config.entry("toolChoice").or_insert(choice);
            }
        }
    }
    if let Some(Format::Schema { name, description, schema, .. }) = &output.format {
        let description = description.clone().unwrap_or_else(|| prompts::default_description(name));
        let schema = obj! { "schema": schema.to_text(), "name": name, "description": description };
        let format = obj! { "type": "json_schema", "structure": obj! { "jsonSchema": schema } };
        turns::merge_into(&mut body, "outputConfig", Map::from_iter([("textFormat".to_owned(), format)]));
    }
    Ok(Value::Object(body))
}

/// The texts of the system messages, with Converse's blocks between them (`cachePoint`), then the schema prompt.
fn system_blocks(system: &[&Value], ours: Option<&str>) -> Vec<Value> {
    let mut out = Vec::new();
    for message in system {
        let (mut text, mut native) = (String::new(), Vec::new());
        for part in parts::of(message) {
            match part {
                Part::Native(part) if part.get("type").is_none() => native.push(part.clone()),
                Part::Text(more) => {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    text.push_str(more);
                }
                _ => {}
            }
        }
        if !text.trim().is_empty() {
            out.push(obj! { "text": text });
        }
        out.extend(native);
    }
    out.extend(ours.map(|text| obj! { "text": text }));
    out
}

fn turn(message: &Value, provider: &str, out: &mut Vec<Value>) -> Result<(), Error> {
    let role = turns::role(message);
    if role == "tool" {
        let mut text = parts::text_of(message);
        if text.trim().is_empty() {
            text = prompts::NO_OUTPUT.to_owned();
        }
        let text = Value::Array(vec![obj! { "text": text }]);
        let result = obj! { "toolResult": obj! { "toolUseId": turns::answered_call_id(message), "content": text } };
        turns::push_joined(out, "user", "content", vec![result]);
        return Ok(());
    }
    let mut blocks = Vec::new();
    for part in parts::of(message) {
        match part {
            Part::Text(text) if text.trim().is_empty() => {}
            part => blocks.push(block(part, provider)?),
        }
    }
    for call in turns::calls(message) {
        let input = turns::arguments_value(call.arguments);
        blocks.push(obj! { "toolUse": obj! { "toolUseId": call.id, "name": call.name, "input": input } });
    }
    turns::push_joined(out, role, "content", blocks);
    Ok(())
}

fn block(part: Part, provider: &str) -> Result<Value, Error> {
    let (kind, source, name, part) = match part {
        Part::Text(text) => return Ok(obj! { "text": text }),
        Part::Native(part) if part.get("type").is_none() => return Ok(part.clone()),
        Part::Native(part) => {
            let kind = part.get("type").and_then(Value::as_str).unwrap_or_default();
            return Err(parts::refuse(provider, kind, "Converse has no form for it"));
        }
        Part::Media { kind, source, name, part } => (kind, source, name, part),
    };
    let given = part.get("source").and_then(|source| source.get("mediaType")).and_then(Value::as_str);
    let (media, source) = match &source {
        Source::Data { media, data } => (media.to_string(), obj! { "bytes": data }),
        Source::Url(url) if url.starts_with("s3://") => {
            let media = given.unwrap_or_else(|| parts::media_of_url(url, kind));
            (media.to_owned(), obj! { "s3Location": obj! { "uri": url } })
        }
        _ => return Err(parts::refuse(provider, kind.name(), "give it as data or as an s3:// address, not as a URL")),
    };
    let format = parts::format_of(&media);
    Ok(match kind {
        Media::Image => obj! { "image": obj! { "format": format, "source": source } },
        Media::Audio => obj! { "audio": obj! { "format": format, "source": source } },
        Media::Document => {
            obj! { "document": obj! { "format": format, "name": document_name(name), "source": source } }
        }
    })
}

/// Letters, digits, single spaces, hyphens, parentheses and brackets; without the ending.
fn document_name(name: Option<&str>) -> String {
    let name = name.unwrap_or("document");
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let clean: String = stem
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '(' | ')' | '[' | ']') { c } else { ' ' })
        .collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    if words.is_empty() { "document".to_owned() } else { words.join(" ") }
}
