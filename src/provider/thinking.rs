//! A call's parameters for thinking, in the spellings of all APIs, gateways and servers. All rules about thinking,
//! effort, forced tools and sampling use this.

use crate::provider::registry::ModelRule;
use serde_json::{Map, Value};

/// Objects with parameters of the model, in addition to the top level.
const NESTED_FIELDS: &[&str] = &[
    "extra_body",
    "extraBody",
    "additionalModelRequestFields",
    "additional_model_request_fields",
    "chat_template_kwargs",
    "chatTemplateKwargs",
];
/// Switches: true, false, a word, or `{type}`.
const SWITCHES: &[&str] =
    &["thinking", "enable_thinking", "enableThinking", "think", "reasoning_config", "reasoningConfig"];
const EFFORTS: &[&str] = &["reasoning_effort", "reasoningEffort"];

/// The parameters; `None` where the call leaves it to the model.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RequestedThinking<'a> {
    /// Thinking is switched on or off.
    pub switch: Option<bool>,
    /// An effort is given (`none` is one).
    pub effort: Option<&'a str>,
    /// There is a `reasoning` object at the top level, as for the Responses API and OpenRouter.
    pub reasoning: bool,
}

/// `extra` replaces fields of the body.
pub fn requested<'a>(params: &'a Map<String, Value>, extra: &'a Map<String, Value>) -> RequestedThinking<'a> {
    let mut out = RequestedThinking::default();
    for fields in [extra, params] {
        out.reasoning = out.reasoning || fields.get("reasoning").is_some_and(Value::is_object);
        collect(fields, 2, &mut out);
    }
    out
}

fn collect<'a>(params: &'a Map<String, Value>, levels: u8, out: &mut RequestedThinking<'a>) {
    for (key, value) in params {
        let key = key.as_str();
        if SWITCHES.contains(&key) {
            out.switch = out.switch.or(switch(value));
        } else if EFFORTS.contains(&key) {
            out.effort = out.effort.or(value.as_str());
        } else if key == "reasoning" {
            reasoning(value, out);
        } else if let (Some(inner), true, 1..) = (value.as_object(), NESTED_FIELDS.contains(&key), levels) {
            collect(inner, levels - 1, out);
        }
    }
}

/// `{effort}`, `{max_tokens}`, `{enabled}`: an amount, or a switch.
fn reasoning<'a>(value: &'a Value, out: &mut RequestedThinking<'a>) {
    let effort = match value.get("effort").and_then(Value::as_str) {
        Some(effort) => Some(effort),
        None if value.get("enabled").and_then(Value::as_bool) == Some(false) => Some("none"),
        None if value.get("enabled").and_then(Value::as_bool) == Some(true) => Some("medium"),
        None => value.get("max_tokens").filter(|n| n.as_f64() > Some(0.0)).map(|_| "medium"),
    };
    out.effort = out.effort.or(effort);
}

fn switch(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(on) => Some(*on),
        Value::String(word) => Some(is_on(word)),
        Value::Object(fields) => match (fields.get("type"), fields.get("enabled"), fields.get("budget_tokens")) {
            (Some(Value::String(word)), ..) => Some(is_on(word)),
            (_, Some(Value::Bool(on)), _) => Some(*on),
            (_, _, Some(Value::Number(budget))) => Some(budget.as_f64() > Some(0.0)),
            _ => None,
        },
        _ => None,
    }
}

fn is_on(word: &str) -> bool {
    // `between_tools` switches thinking off for models that always think.
    !matches!(word, "disabled" | "none" | "off" | "false" | "between_tools")
}

impl RequestedThinking<'_> {
    /// An effort that is not `none`.
    pub fn has_effort(&self) -> bool {
        self.effort.is_some_and(|effort| effort != "none")
    }

    /// Whether this model thinks on this call in a way that excludes a forced tool.
    pub fn thinks(&self, known: &ModelRule) -> bool {
        match (self.switch, self.effort) {
            (Some(on), _) => on,
            (None, Some("none")) => false,
            (None, Some(_)) if known.effort_thinks == Some(true) => true,
            _ => known.thinks == Some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::registry::rule;
    use serde_json::json;

    #[test]
    fn thinking_is_detected_in_every_spelling() {
        let (claude, gpt, deepseek) = (rule("claude-sonnet-4-5"), rule("gpt-5"), rule("deepseek-v4-pro"));
        for (params, by_claude, by_gpt, by_deepseek) in [
            (json!({}), false, false, true),
            (json!({ "thinking": { "type": "enabled", "budget_tokens": 1024 } }), true, true, true),
            (json!({ "thinking": { "type": "adaptive" } }), true, true, true),
            (json!({ "thinking": { "budget_tokens": 1024 } }), true, true, true),
            (json!({ "thinking": { "type": "disabled" } }), false, false, false),
            (json!({ "thinking": true }), true, true, true),
            (json!({ "enable_thinking": true }), true, true, true),
            (json!({ "enable_thinking": false }), false, false, false),
            (json!({ "think": "high" }), true, true, true),
            (json!({ "extra_body": { "enable_thinking": true } }), true, true, true),
            (json!({ "extraBody": { "thinking": { "type": "disabled" } } }), false, false, false),
            (json!({ "extra_body": { "chat_template_kwargs": { "thinking": true } } }), true, true, true),
            (json!({ "chat_template_kwargs": { "enable_thinking": false } }), false, false, false),
            (json!({ "additionalModelRequestFields": { "thinking": { "type": "enabled" } } }), true, true, true),
            (
                json!({ "additionalModelRequestFields": { "reasoning_config": { "type": "enabled" } } }),
                true,
                true,
                true,
            ),
            (json!({ "reasoning_effort": "high" }), true, false, true),
            (json!({ "reasoning_effort": "none" }), false, false, false),
            (json!({ "reasoning": { "effort": "low" } }), true, false, true),
            (json!({ "reasoning": { "max_tokens": 2000 } }), true, false, true),
            (json!({ "reasoning": { "enabled": true } }), true, false, true),
            (json!({ "reasoning": { "enabled": false } }), false, false, false),
            (json!({ "reasoning": { "exclude": true } }), false, false, true),
            (json!({ "thinking": null, "reasoning": 5, "extra_body": [1] }), false, false, true),
        ] {
            let (fields, none) = (params.as_object().unwrap(), Map::new());
            // As parameters, and as fields that are put into the body as they are.
            for requested in [requested(fields, &none), requested(&none, fields)] {
                let seen = (requested.thinks(&claude), requested.thinks(&gpt), requested.thinks(&deepseek));
                assert_eq!(seen, (by_claude, by_gpt, by_deepseek), "{params}");
            }
        }
    }
}
