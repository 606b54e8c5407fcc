//! The request body.

use super::messages;
use crate::error::Error;
use crate::jsontext::ToText;
use crate::obj;
use crate::output::{Choice, Format, OutputRequest, Tool};
use crate::provider::Encode;
use crate::provider::registry::{Force, SchemaFormat, StreamUsage, rule};
use crate::provider::shared::turns;
use serde_json::{Map, Value};

pub fn encode(input: &Encode) -> Result<Value, Error> {
    let row = input.endpoint.row;
    let known = rule(input.model);
    let mut body = Map::new();
    body.insert("model".into(), input.model.into());
    body.insert("messages".into(), Value::Array(messages::build(input)?));
    // The API itself refuses `stop` and the penalties.
    for (key, value) in turns::params(input)? {
        let name = match key {
            "max_tokens" if row.chat_tool_rules && known.plain_limit == Some(true) => key,
            "max_tokens" => known.max_field.unwrap_or(row.max_field),
            "seed" => row.seed_field.unwrap_or(key),
            other => other,
        };
        body.insert(name.to_owned(), value.clone());
    }
    if input.output.has_tools() {
        tools(&mut body, input)?;
    }
    if let Some(format) = &input.output.format {
        body.insert("response_format".into(), response_format(format, row.schema_format));
    }
    if input.stream {
        body.insert("stream".into(), true.into());
        if row.stream_usage == StreamUsage::Include {
            let options = body.entry("stream_options").or_insert_with(|| Value::Object(Map::new()));
            if let Some(options) = options.as_object_mut() {
                options.entry("include_usage").or_insert(true.into());
            }
        }
    }
    Ok(Value::Object(body))
}

/// The generated tools come after the caller's; the caller's `tool_choice` is kept.
fn tools(body: &mut Map<String, Value>, input: &Encode) -> Result<(), Error> {
    turns::add_tools(body, input.output.all_tools().map(tool));
    if turns::own_choice(input)? {
        return Ok(());
    }
    // A model that thinks may refuse every choice, even `auto`.
    if input.endpoint.row.thinking_switch && input.output.choice == Choice::Auto && turns::thinks(input) {
        body.shift_remove("tool_choice");
    } else {
        body.insert("tool_choice".into(), choice(input.output, input.endpoint.row.force));
    }
    Ok(())
}

fn tool(tool: &Tool) -> Value {
    let mut function = obj! { "name": tool.name, "description": tool.description, "parameters": tool.parameters };
    if tool.strict {
        function["strict"] = true.into();
    }
    obj! { "type": "function", "function": function }
}

fn choice(output: &OutputRequest, force: Force) -> Value {
    match (output.choice, output.tools.first()) {
        (Choice::Named, Some(tool)) => obj! { "type": "function", "function": obj! { "name": tool.name } },
        (Choice::Required, _) if force == Force::Any => "any".into(),
        (Choice::Required, _) => "required".into(),
        _ => "auto".into(),
    }
}

fn response_format(format: &Format, shape: SchemaFormat) -> Value {
    let Format::Schema { name, schema, strict, .. } = format else {
        return obj! { "type": "json_object" };
    };
    match shape {
        SchemaFormat::JsonObject => obj! { "type": "json_object", "schema": schema },
        SchemaFormat::JsonText => obj! { "type": "json_object", "schema": schema.to_text() },
        SchemaFormat::Bare => obj! { "type": "json_schema", "json_schema": obj! { "schema": schema } },
        SchemaFormat::Named | SchemaFormat::No => {
            let mut inner = obj! { "name": name, "schema": schema };
            if *strict {
                inner["strict"] = true.into();
            }
            obj! { "type": "json_schema", "json_schema": inner }
        }
    }
}
