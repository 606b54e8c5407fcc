//! The request body.

use crate::error::Error;
use crate::jsontext;
use crate::obj;
use crate::output::Mode;
use crate::output::{Choice, Format};
use crate::provider::Encode;
use crate::provider::registry::rule;
use crate::provider::shared::history;
use crate::provider::shared::parts::{self, Part, Source};
use crate::provider::shared::turns;
use serde_json::{Map, Value};

/// The signature for a call that this model did not make; newer models refuse a call without one.
const NO_SIGNATURE: &str = "skip_thought_signature_validator";

/// Neutral and snake_case names of the parameters in generationConfig.
const GENERATION: &[(&str, &str)] = &[
    ("max_tokens", "maxOutputTokens"),
    ("max_output_tokens", "maxOutputTokens"),
    ("stop", "stopSequences"),
    ("stop_sequences", "stopSequences"),
    ("temperature", "temperature"),
    ("top_p", "topP"),
    ("top_k", "topK"),
    ("n", "candidateCount"),
    ("candidate_count", "candidateCount"),
    ("seed", "seed"),
    ("presence_penalty", "presencePenalty"),
    ("frequency_penalty", "frequencyPenalty"),
    ("thinking_config", "thinkingConfig"),
    ("thinkingConfig", "thinkingConfig"),
    ("response_modalities", "responseModalities"),
    ("media_resolution", "mediaResolution"),
];

/// snake_case names of the top-level fields.
const TOP: &[(&str, &str)] = &[
    ("safety_settings", "safetySettings"),
    ("cached_content", "cachedContent"),
    ("tool_config", "toolConfig"),
    ("system_instruction", "systemInstruction"),
    ("generation_config", "generationConfig"),
];

pub fn encode(input: &Encode) -> Result<Value, Error> {
    let output = input.output;
    let known = rule(input.model);
    let openapi = known.openapi == Some(true);
    let messages = history::fit(input.messages, &input.endpoint.row.turns);
    let (system, rest) = turns::split(&messages);
    let mut system = turns::system_texts(&system, output.instructions.as_deref());
    let mut contents: Vec<Value> = Vec::with_capacity(rest.len());
    for message in rest {
        turn(message, &messages, input, &mut contents)?;
    }
    let mut body = Map::new();
    let mut config = Map::new();
    for (key, value) in turns::params(input)? {
        let find = |names: &[(&str, &'static str)]| names.iter().find(|(name, _)| *name == key).map(|(_, wire)| *wire);
        if let Some(name) = find(GENERATION) {
            config.insert(name.to_owned(), if name == "stopSequences" { turns::stops(value) } else { value.clone() });
            continue;
        }
        if key == "tool_choice" {
            return Err(turns::not_taken("Gemini (which has `toolConfig`)", key));
        }
        let name = find(TOP).unwrap_or(key);
        let value = if name == "safetySettings" { safety(value) } else { value.clone() };
        body.insert(name.to_owned(), value);
    }
    let cached = body.contains_key("cachedContent");
    if known.no_system == Some(true)
        && let Some(first) = contents.first_mut().and_then(|c| c.get_mut("parts")).and_then(Value::as_array_mut)
    {
        for text in system.drain(..).rev() {
            first.insert(0, obj! { "text": text });
        }
    }
    // Cached content includes the system prompt and the tools; the API refuses both in addition to it.
    if !system.is_empty() && !cached {
        let parts: Vec<Value> = system.iter().map(|text| obj! { "text": text }).collect();
        body.insert("systemInstruction".into(), obj! { "parts": parts });
    }
    body.insert("contents".into(), contents.into());
    if output.has_tools() && !cached {
        let declarations: Vec<Value> = output
            .all_tools()
            .map(|tool| {
                let mut out = obj! { "name": tool.name, "description": tool.description };
                out[if openapi { "parameters" } else { "parametersJsonSchema" }] = tool.parameters.clone();
                out
            })
            .collect();
        turns::add_tools(&mut body, std::iter::once(obj! { "functionDeclarations": declarations }));
        let names: Vec<&str> = output.all_tools().map(|tool| tool.name.as_str()).collect();
        let calling = match output.choice {
            Choice::Auto => obj! { "mode": "AUTO" },
            _ => obj! { "mode": "ANY", "allowedFunctionNames": names },
        };
        body.entry("toolConfig").or_insert_with(|| obj! { "functionCallingConfig": calling });
    }
    match &output.format {
        Some(Format::Schema { schema, .. }) => {
            config.insert("responseMimeType".into(), "application/json".into());
            config.insert(if openapi { "responseSchema" } else { "responseJsonSchema" }.into(), schema.clone());
        }
        Some(Format::Json) => {
            config.insert("responseMimeType".into(), "application/json".into());
        }
        // MD_JSON uses the native JSON switch, so no fence is needed.
        None if output.mode == Mode::MdJson => {
            config.insert("responseMimeType".into(), "application/json".into());
        }
        None => {}
    }
    turns::merge_into(&mut body, "generationConfig", config);
    Ok(Value::Object(body))
}

/// `{category: threshold}` becomes the list that the API expects.
fn safety(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            map.iter().map(|(category, threshold)| obj! { "category": category, "threshold": threshold }).collect()
        }
        other => other.clone(),
    }
}

/// The result of a call, which must be an object.
pub fn response(text: String) -> Value {
    jsontext::from_str(&text).ok().filter(Value::is_object).unwrap_or_else(|| obj! { "result": text })
}

fn turn(message: &Value, messages: &[Value], input: &Encode, out: &mut Vec<Value>) -> Result<(), Error> {
    let provider = input.endpoint.row.id;
    let role = turns::role(message);
    if let Some(parts) = message.get("parts").filter(|parts| parts.is_array()) {
        out.push(obj! { "role": if role == "assistant" { "model" } else { role }, "parts": parts });
        return Ok(());
    }
    if role == "tool" {
        let response = response(parts::text_of(message));
        let name = turns::answered_call_name(message, messages);
        let part = obj! { "functionResponse": obj! { "name": name, "response": response } };
        // The results of one turn's calls form one turn.
        match out.last_mut().and_then(|turn| turn.get_mut("parts")).and_then(Value::as_array_mut) {
            Some(parts) if parts.iter().all(|part| part.get("functionResponse").is_some()) => parts.push(part),
            _ => out.push(obj! { "role": "user", "parts": Value::Array(vec![part]) }),
        }
        return Ok(());
    }
    let mut list = Vec::new();
    for part in parts::of(message) {
        match part {
            // The API refuses an empty part.
            Part::Text(text) if text.trim().is_empty() => {}
            part => list.push(translate(part, provider)?),
        }
    }
    let signed = rule(input.model).echo_thoughts == Some(true);
    for call in turns::calls(message) {
        let args = turns::arguments_value(call.arguments);
        let mut part = obj! { "functionCall": obj! { "name": call.name, "args": args } };
        if signed {
            part["thoughtSignature"] = NO_SIGNATURE.into();
        }
        list.push(part);
    }
    if !list.is_empty() {
        let role = if matches!(role, "assistant" | "model") { "model" } else { "user" };
        out.push(obj! { "role": role, "parts": list });
    }
    Ok(())
}

fn translate(part: Part, provider: &str) -> Result<Value, Error> {
    Ok(match part {
        Part::Text(text) => obj! { "text": text },
        Part::Native(part) if part.get("type").is_none() => part.clone(),
        Part::Native(part) => {
            let kind = part.get("type").and_then(Value::as_str).unwrap_or_default();
            return Err(parts::refuse(provider, kind, "Gemini has no form for it"));
        }
        Part::Media { source: Source::Data { media, data }, .. } => {
            obj! { "inlineData": obj! { "mimeType": media, "data": data } }
        }
        Part::Media { kind, source: Source::Url(url) | Source::File(url), part, .. } => {
            let given = part.get("source").and_then(|source| source.get("mediaType"));
            let media = given.and_then(Value::as_str).unwrap_or_else(|| parts::media_of_url(url, kind));
            obj! { "fileData": obj! { "fileUri": url, "mimeType": media } }
        }
    })
}
