//! Usage: the provider's own object summed over attempts, and the three neutral totals read from it.

use serde_json::{Map, Number, Value};

/// Adds every numeric field of `more` to `sum`, including nested and unknown ones. Other fields, booleans included, are
/// replaced; null changes nothing (docs/internals/behaviour.md#usage-and-budget).
pub fn add_usage(sum: &mut Value, more: &Value) {
    match (&mut *sum, more) {
        (Value::Object(sum), Value::Object(more)) => {
            for (key, value) in more {
                match sum.get_mut(key) {
                    Some(old) => add_usage(old, value),
                    None => {
                        sum.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Number(a), Value::Number(b)) => *sum = Value::Number(add(a, b)),
        (_, Value::Null) => {}
        (old, new) => *old = new.clone(),
    }
}

fn add(a: &Number, b: &Number) -> Number {
    if let (Some(a), Some(b)) = (a.as_i64(), b.as_i64())
        && let Some(sum) = a.checked_add(b)
    {
        return sum.into();
    }
    let sum = a.as_f64().unwrap_or(0.0) + b.as_f64().unwrap_or(0.0);
    Number::from_f64(sum).unwrap_or_else(|| 0.into())
}

/// `{inputTokens, outputTokens, totalTokens, cachedInputTokens?, …}` read from any provider's usage object.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct UsageTotals {
    pub input: f64,
    pub output: f64,
    pub total: f64,
    /// The part of the input that was read from the provider's cache, if it is reported.
    pub cached: Option<f64>,
    /// The part of the input that was written to the provider's cache, if it is reported.
    pub cache_write: Option<f64>,
    /// The part of the output that is reasoning, if it is reported.
    pub reasoning: Option<f64>,
}

/// The input count of OpenAI's chat API, which includes cached tokens wherever they are reported.
const PROMPT: &str = "prompt_tokens";
/// Field names by provider family; the first match is used. Cache tokens of Anthropic and Bedrock are not part of
/// their input count (docs/internals/wire-formats.md#usage-fields), so they are added.
const INPUT: &[&str] = &[PROMPT, "input_tokens", "promptTokenCount", "inputTokens", "prompt_eval_count"];
const INPUT_EXTRA: &[&str] = &[
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "cacheReadInputTokens",
    "cacheWriteInputTokens",
    "toolUsePromptTokenCount",
];
const OUTPUT: &[&str] = &["completion_tokens", "output_tokens", "candidatesTokenCount", "outputTokens", "eval_count"];
const OUTPUT_EXTRA: &[&str] = &["thoughtsTokenCount"];
const CACHED: &[&str] = &[
    "cached_tokens",
    "cache_read_input_tokens",
    "cacheReadInputTokens",
    "cachedContentTokenCount",
    "prompt_cache_hit_tokens",
    "num_cached_tokens",
];
const CACHE_WRITE: &[&str] = &["cache_write_tokens", "cache_creation_input_tokens", "cacheWriteInputTokens"];
const REASONING: &[&str] = &["reasoning_tokens", "thinking_tokens", "thoughtsTokenCount"];
/// Objects that have parts of the counts.
const DETAILS: &[&str] = &[
    "prompt_tokens_details",
    "input_tokens_details",
    "completion_tokens_details",
    "output_tokens_details",
    "prompt_token_details",
];
const TOTAL: &[&str] = &["total_tokens", "totalTokenCount", "totalTokens"];

impl UsageTotals {
    pub fn read(usage: &Value) -> Self {
        let part = |keys: &[&str]| {
            let places = DETAILS.iter().filter_map(|name| usage.get(*name)).chain([usage]);
            places.flat_map(|place| keys.iter().filter_map(|key| place.get(*key)?.as_f64())).next()
        };
        let (cached, cache_write, reasoning) = (part(CACHED), part(CACHE_WRITE), part(REASONING));
        // Cohere nests its counts: {"tokens": {...}, "billed_units": {...}}.
        let usage = usage.get("tokens").filter(|v| v.is_object()).unwrap_or(usage);
        let number = |key: &&str| usage.get(*key).and_then(Value::as_f64);
        let first = |keys: &[&str]| keys.iter().find_map(number);
        let sum = |keys: &[&str]| keys.iter().filter_map(number).sum::<f64>();
        let extra = if usage.get(PROMPT).is_some() { 0.0 } else { sum(INPUT_EXTRA) };
        let input = first(INPUT).unwrap_or(0.0) + extra;
        let output = first(OUTPUT).unwrap_or(0.0) + sum(OUTPUT_EXTRA);
        // The total can be larger than the sum (xAI counts reasoning only there) or smaller (others exclude cached input).
        let total = first(TOTAL).unwrap_or(0.0).max(input + output);
        UsageTotals { input, output: total - input, total, cached, cache_write, reasoning }
    }

    /// The public shape, with the cost in US dollars if it is known, and the provider's own object as `raw`.
    pub fn to_json(self, cost: Option<f64>, raw: &Value) -> Value {
        let mut out = Map::new();
        out.insert("inputTokens".into(), whole(self.input));
        out.insert("outputTokens".into(), whole(self.output));
        out.insert("totalTokens".into(), whole(self.total));
        for (name, count) in [
            ("cachedInputTokens", self.cached),
            ("cacheWriteTokens", self.cache_write),
            ("reasoningTokens", self.reasoning),
            ("cost", cost),
        ] {
            if let Some(count) = count {
                out.insert(name.into(), whole(count));
            }
        }
        out.insert("raw".into(), if raw.is_null() { Value::Object(Map::new()) } else { raw.clone() });
        Value::Object(out)
    }
}

/// Token counts are whole numbers; print them without a fraction.
pub fn whole(n: f64) -> Value {
    if n.fract() == 0.0 && n.abs() < 9e15 { (n as i64).into() } else { n.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nested_and_unknown_numbers_are_summed_and_booleans_are_not() {
        let mut sum = json!({"prompt_tokens": 10, "details": {"cached": 1, "flag": true}, "tier": "a"});
        add_usage(
            &mut sum,
            &json!({"prompt_tokens": 5, "details": {"cached": 2, "flag": false, "new": 3}, "tier": "b"}),
        );
        assert_eq!(sum, json!({"prompt_tokens": 15, "details": {"cached": 3, "flag": false, "new": 3}, "tier": "b"}));
    }

    #[test]
    fn a_count_that_is_null_in_a_later_attempt_keeps_the_sum_so_far() {
        for (first, second, sum) in [
            (json!({"a": 1}), json!(null), json!({"a": 1})),
            (json!({"d": {"cached": 2}}), json!({"d": null}), json!({"d": {"cached": 2}})),
            (json!({"d": null}), json!({"d": {"cached": 2}}), json!({"d": {"cached": 2}})),
            (json!({"tier": "a", "n": 1}), json!({"tier": null, "n": null}), json!({"tier": "a", "n": 1})),
        ] {
            let mut total = first;
            add_usage(&mut total, &second);
            assert_eq!(total, sum);
        }
    }

    #[test]
    fn cached_and_reasoning_tokens_are_read_where_each_api_reports_them() {
        let read = |usage: Value| {
            let t = UsageTotals::read(&usage);
            (t.input, t.cached, t.cache_write, t.reasoning)
        };
        for (usage, expected) in [
            // OpenAI, Groq, xAI, OpenRouter.
            (
                json!({"prompt_tokens": 10, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2},
                       "completion_tokens_details": {"reasoning_tokens": 5}}),
                (10.0, Some(4.0), Some(2.0), Some(5.0)),
            ),
            // Responses.
            (
                json!({"input_tokens": 10, "output_tokens": 9, "input_tokens_details": {"cached_tokens": 0},
                       "output_tokens_details": {"reasoning_tokens": 5}}),
                (10.0, Some(0.0), None, Some(5.0)),
            ),
            (
                json!({"input_tokens": 10, "output_tokens": 9, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 3,
                       "output_tokens_details": {"thinking_tokens": 2}}),
                (17.0, Some(4.0), Some(3.0), Some(2.0)),
            ),
            (
                json!({"promptTokenCount": 10, "candidatesTokenCount": 9, "cachedContentTokenCount": 6, "thoughtsTokenCount": 7}),
                (10.0, Some(6.0), None, Some(7.0)),
            ),
            (
                json!({"inputTokens": 10, "outputTokens": 9, "cacheReadInputTokens": 6, "cacheWriteInputTokens": 1}),
                (17.0, Some(6.0), Some(1.0), None),
            ),
            (
                json!({"tokens": {"input_tokens": 10, "output_tokens": 2}, "cached_tokens": 8}),
                (10.0, Some(8.0), None, None),
            ),
            // Mistral.
            (
                json!({"prompt_tokens": 10, "completion_tokens": 1, "num_cached_tokens": 3}),
                (10.0, Some(3.0), None, None),
            ),
            // DeepSeek.
            (
                json!({"prompt_tokens": 10, "completion_tokens": 1, "prompt_cache_hit_tokens": 3}),
                (10.0, Some(3.0), None, None),
            ),
            // A LiteLLM proxy before Anthropic: the input includes the cached tokens.
            (
                json!({"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11, "cache_read_input_tokens": 6,
                       "prompt_tokens_details": {"cached_tokens": 6}}),
                (10.0, Some(6.0), None, None),
            ),
            (json!({"prompt_tokens": 1, "prompt_tokens_details": null}), (1.0, None, None, None)),
        ] {
            assert_eq!(read(usage.clone()), expected, "{usage}");
        }
    }

    #[test]
    fn totals_are_read_from_each_familys_field_names() {
        let t = UsageTotals::read(&json!({"input_tokens": 4, "output_tokens": 3, "cache_read_input_tokens": 2}));
        assert_eq!((t.input, t.output, t.total), (6.0, 3.0, 9.0));
        let t = UsageTotals::read(
            &json!({"promptTokenCount": 20, "candidatesTokenCount": 8, "thoughtsTokenCount": 40, "totalTokenCount": 68}),
        );
        assert_eq!((t.input, t.output, t.total), (20.0, 48.0, 68.0));
    }

    #[test]
    fn input_and_output_are_the_total_for_every_provider() {
        for (usage, totals) in [
            // xAI: reasoning is only in the total.
            (
                json!({"prompt_tokens": 279, "completion_tokens": 6, "total_tokens": 374, "completion_tokens_details": {"reasoning_tokens": 89}}),
                (279.0, 95.0, 374.0),
            ),
            // OpenAI: it is part of the output.
            (
                json!({"prompt_tokens": 10, "completion_tokens": 50, "total_tokens": 60, "completion_tokens_details": {"reasoning_tokens": 40}}),
                (10.0, 50.0, 60.0),
            ),
            // A total without cached input.
            (
                json!({"inputTokens": 5, "outputTokens": 3, "totalTokens": 8, "cacheReadInputTokens": 100}),
                (105.0, 3.0, 108.0),
            ),
            (json!({}), (0.0, 0.0, 0.0)),
        ] {
            let t = UsageTotals::read(&usage);
            assert_eq!((t.input, t.output, t.total), totals, "{usage}");
        }
    }
}
