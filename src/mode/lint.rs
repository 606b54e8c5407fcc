//! `lint(schema, target)`: how a provider's dialect changes a schema, without sending a request.
//!
//! A target is a provider (`openai`), one of its models (`google/gemini-1.5-pro`) or a dialect (`openai_strict`). A
//! provider means its enforced dialect (JSON_SCHEMA, TOOLS_STRICT); its tools without enforcement accept more.

use super::resolve;
use crate::error::Error;
use crate::obj;
use crate::provider::registry::{self, rule};
use crate::schema::{self, Dialect};
use serde_json::Value;

/// The dialect of a target.
pub fn dialect(target: &str) -> Result<Dialect, Error> {
    if let Some(dialect) = Dialect::named(target) {
        return Ok(dialect);
    }
    let (provider, model) = target.split_once('/').unwrap_or((target, ""));
    match registry::row(provider) {
        Some(row) => Ok(resolve::dialect_for(row.dialect, &rule(model))),
        None => {
            let dialects: Vec<&str> = Dialect::ALL.iter().map(|dialect| dialect.name()).collect();
            let providers: Vec<&str> = registry::names().collect();
            Err(Error::configuration(
                [
                    "The target '",
                    target,
                    "' is neither a provider (",
                    &providers.join(", "),
                    "), nor one of its models (provider/model), nor a dialect (",
                    &dialects.join(", "),
                    ").",
                ]
                .concat(),
            ))
        }
    }
}

/// `{dialect, possible, findings: [{pointer, level, what}], schema}`; `schema` is what would be sent, or null.
pub fn lint(given: &Value, target: &str) -> Result<Value, Error> {
    let dialect = dialect(target)?;
    let (findings, sent) = schema::lint::report(given, dialect);
    let found: Vec<Value> = findings.iter().map(schema::Finding::to_json).collect();
    Ok(obj! {
        "dialect": dialect.name(),
        "possible": sent.is_some(),
        "findings": found,
        "schema": sent.unwrap_or(Value::Null),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_provider_a_model_and_a_dialect_are_targets() {
        assert_eq!(dialect("openai").unwrap(), Dialect::OpenaiStrict);
        assert_eq!(dialect("anthropic/claude-sonnet-4-6").unwrap(), Dialect::AnthropicStrict);
        assert_eq!(dialect("google/gemini-2.5-flash").unwrap(), Dialect::GeminiJsonSchema);
        assert_eq!(dialect("google/gemini-1.5-pro").unwrap(), Dialect::GeminiOpenapi);
        assert_eq!(dialect("cerebras").unwrap(), Dialect::Cerebras);
        assert_eq!(dialect("openai_strict").unwrap(), Dialect::OpenaiStrict);
    }

    #[test]
    fn an_unknown_target_is_reported_with_the_known_ones() {
        let message = dialect("opnai").unwrap_err().message;
        assert!(message.contains("openai") && message.contains("openai_strict"), "{message}");
    }

    #[test]
    fn the_report_lists_the_changes_with_pointers() {
        let schema = json!({ "type": "object", "properties": { "a": { "type": "string", "minLength": 3 } } });
        let report = lint(&schema, "openai/gpt-4o-mini").unwrap();
        assert_eq!(report["possible"], true);
        assert!(report["findings"].as_array().unwrap().iter().any(|f| f["pointer"] == "/properties/a"), "{report}");
        assert_eq!(report["schema"]["required"], json!(["a"]));
    }
}
