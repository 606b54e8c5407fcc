//! Schemas and values made of the input: the validator in the core and jsonschema report the same issues, or the core hands
//! over. Two JSON documents as the input are used as they are; other bytes are the choices of the generator of
//! `tests/core/plain`.
#![no_main]

#[path = "../../core/plain/generate.rs"]
mod generate;

use generate::Choices;
use instructor_wasm::machinery::validate::Validator;
use instructor_wasm::machinery::validate::plain::{Matcher, Plain};
use libfuzzer_sys::fuzz_target;
use serde_json::{Deserializer, Value};

fn compile(pattern: &str) -> Option<Matcher> {
    let regex = regress::Regex::with_flags(pattern, "u").ok()?;
    Some(Box::new(move |text| Some(regex.find(text).is_some())))
}

fn compare(schema: &Value, value: &Value) {
    let Some(plain) = Plain::new(schema.clone(), &compile) else { return };
    let known = Validator::new(schema).expect("a schema that the core reads is valid");
    if let Some(issues) = plain.validate(value) {
        assert_eq!(issues, known.validate(value), "{value} by {schema}");
    }
}

fuzz_target!(|data: &[u8]| {
    let mut documents = Deserializer::from_slice(data).into_iter::<Value>();
    if let (Some(Ok(schema)), Some(Ok(value))) = (documents.next(), documents.next()) {
        return compare(&schema, &value);
    }
    let Some((length, rest)) = data.split_first() else { return };
    let (schema, value) = rest.split_at(rest.len().min(usize::from(*length)));
    let schema = generate::schema(&mut Choices(schema));
    compare(&schema, &generate::value_of(&schema, &schema, &mut Choices(value), 6));
    compare(&schema, &generate::value(&mut Choices(value), 3));
});
