//! The limits of an API on the size of a schema.

use super::dialect::rules::Limits;
use super::render::Renderer;
use crate::error::Error;
use serde_json::{Map, Value};

/// The sizes of a rendered schema that APIs limit.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    properties: usize,
    enum_values: usize,
    characters: usize,
}

fn measure(schema: &Value, size: &mut Size) {
    match schema {
        Value::Object(map) => measure_map(map, size),
        Value::Array(list) => list.iter().for_each(|one| measure(one, size)),
        _ => {}
    }
}

fn measure_map(map: &Map<String, Value>, size: &mut Size) {
    for (key, value) in map {
        match (key.as_str(), value) {
            ("properties" | "$defs", Value::Object(named)) => {
                if key == "properties" {
                    size.properties += named.len();
                }
                size.characters += named.keys().map(|name| name.chars().count()).sum::<usize>();
                named.values().for_each(|one| measure(one, size));
            }
            ("enum", Value::Array(list)) => {
                size.enum_values += list.len();
                let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
                size.characters += list.iter().map(length).sum::<usize>();
            }
            ("const", Value::String(text)) => size.characters += text.chars().count(),
            ("description" | "title" | "default" | "example", _) => {}
            _ => measure(value, size),
        }
    }
}

pub fn check_limits(schema: &Map<String, Value>, limits: &Limits, renderer: &Renderer) -> Result<(), Error> {
    if limits.properties == 0 && limits.enum_values == 0 && limits.characters == 0 {
        return Ok(());
    }
    let mut size = Size::default();
    measure_map(schema, &mut size);
    let over = |count: usize, limit: usize, what: &str| {
        (limit > 0 && count > limit).then(|| {
            renderer.refused(&format!(
                "it has {count} {what} and the API accepts {limit}; split the model into smaller calls"
            ))
        })
    };
    over(size.properties, limits.properties, "properties")
        .or_else(|| over(size.enum_values, limits.enum_values, "enum values"))
        .or_else(|| over(size.characters, limits.characters, "characters of names and values"))
        .map_or(Ok(()), Err)
}
