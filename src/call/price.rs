//! The cost of a call: prices by model, which the caller gives, and the costs that some providers report.

use serde_json::{Map, Value};

use crate::chat::UsageTotals;
use crate::error::Error;

/// The prices of a model, in US dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    input: f64,
    output: f64,
    /// Input that was read from the provider's cache.
    cached_input: f64,
    /// Input that was written to the provider's cache.
    cache_write: f64,
}

const MILLION: f64 = 1e6;

impl Price {
    /// The entry of `prices` for a model: `{ 'provider/model': { input, output, cachedInput?, cacheWrite? } }`. Cached tokens without a
    /// separate price cost as much as other input.
    pub fn read(prices: Option<&Value>, name: &str) -> Result<Option<Price>, Error> {
        const WANTED: &str =
            "an object of prices by model, e.g. { 'openai/gpt-4o-mini': { input: 0.15, output: 0.6 } }";
        let Some(prices) = prices.filter(|prices| !prices.is_null()) else { return Ok(None) };
        let Some(prices) = prices.as_object() else { return Err(Error::invalid_parameter("prices", WANTED)) };
        let Some(given) = prices.get(name) else { return Ok(None) };
        let Some(given) = given.as_object() else { return Err(wrong(name)) };
        let known = ["input", "output", "cachedInput", "cacheWrite"];
        if given.keys().any(|key| !known.contains(&key.as_str())) {
            return Err(wrong(name));
        }
        let (Some(input), Some(output)) = (number(given, "input", name)?, number(given, "output", name)?) else {
            return Err(wrong(name));
        };
        Ok(Some(Price {
            input,
            output,
            cached_input: number(given, "cachedInput", name)?.unwrap_or(input),
            cache_write: number(given, "cacheWrite", name)?.unwrap_or(input),
        }))
    }

    /// US dollars.
    pub fn cost(&self, usage: &UsageTotals) -> f64 {
        let cached = usage.cached.unwrap_or(0.0);
        let written = usage.cache_write.unwrap_or(0.0);
        let rest = (usage.input - cached - written).max(0.0);
        (rest * self.input + cached * self.cached_input + written * self.cache_write + usage.output * self.output)
            / MILLION
    }
}

fn number(given: &Map<String, Value>, key: &str, name: &str) -> Result<Option<f64>, Error> {
    match given.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_f64().filter(|price| *price >= 0.0).map(Some).ok_or_else(|| wrong(name)),
    }
}

#[inline(never)]
fn wrong(name: &str) -> Error {
    let what = ["prices['", name, "']"].concat();
    let wanted = "{ input, output, cachedInput, cacheWrite } in US dollars per million tokens, the last two optional";
    Error::invalid_parameter(&what, wanted)
}

/// The cost in US dollars that a provider reports in its usage object: OpenRouter as a number, Perplexity as an object.
pub fn reported_cost(usage: &Value) -> Option<f64> {
    let cost = usage.get("cost")?;
    cost.as_f64().or_else(|| cost.get("total_cost")?.as_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cached_input_has_its_own_price() {
        let prices = json!({"a/b": {"input": 3, "output": 15, "cachedInput": 0.3, "cacheWrite": 3.75}});
        let price = Price::read(Some(&prices), "a/b").unwrap().unwrap();
        let usage = json!({"input_tokens": 1000, "output_tokens": 100, "cache_read_input_tokens": 2000,
                           "cache_creation_input_tokens": 400});
        let cost = price.cost(&UsageTotals::read(&usage));
        assert!((cost - (3000.0 + 1500.0 + 600.0 + 1500.0) / 1e6).abs() < 1e-12, "{cost}");
        let plain = json!({"a/b": {"input": 3, "output": 15}});
        let cost = Price::read(Some(&plain), "a/b").unwrap().unwrap().cost(&UsageTotals::read(&usage));
        assert!((cost - (3400.0 * 3.0 + 1500.0) / 1e6).abs() < 1e-12, "{cost}");
    }

    #[test]
    fn a_wrong_price_is_refused_with_its_place_and_an_unknown_model_has_none() {
        for wrong in [
            json!(5),
            json!({"input": 1}),
            json!({"input": -1, "output": 1}),
            json!({"input": 1, "output": 1, "in": 1}),
        ] {
            let error = Price::read(Some(&json!({"a/b": wrong})), "a/b").unwrap_err();
            assert_eq!(error.detail["parameter"], "prices['a/b']");
        }
        assert_eq!(Price::read(Some(&json!([])), "a/b").unwrap_err().detail["parameter"], "prices");
        assert_eq!(Price::read(Some(&json!({"a/c": {"input": 1, "output": 1}})), "a/b").unwrap(), None);
        assert_eq!(Price::read(None, "a/b").unwrap(), None);
    }
}
