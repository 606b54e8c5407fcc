//! The drafts of JSON Schema that are understood.

use serde_json::Value;

#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub enum Draft {
    Six,
    Seven,
    Year2019,
    Year2020,
}

impl Draft {
    /// Without `$schema` a schema is of the newest draft that accepts it.
    pub fn of(schema: &Value) -> Option<Draft> {
        let Some(uri) = schema.get("$schema") else { return Some(Draft::Year2020) };
        match uri.as_str()?.trim_end_matches('#') {
            "http://json-schema.org/draft-06/schema" => Some(Draft::Six),
            "http://json-schema.org/draft-07/schema" => Some(Draft::Seven),
            "https://json-schema.org/draft/2019-09/schema" => Some(Draft::Year2019),
            "https://json-schema.org/draft/2020-12/schema" => Some(Draft::Year2020),
            _ => None,
        }
    }
}
