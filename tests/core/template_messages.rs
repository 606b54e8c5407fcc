//! Jinja in messages, rendered like the Python library.

use instructor_wasm::machinery::error::{Error, Kind};
use instructor_wasm::machinery::template::render_messages;
use serde_json::{Value, json};

fn render(text: &str, context: Value) -> Result<String, Error> {
    let mut messages = json!([{"role": "user", "content": text}]);
    render_messages(&mut messages, &context)?;
    Ok(messages[0]["content"].as_str().unwrap().to_owned())
}

#[test]
fn only_the_text_of_messages_is_rendered_in_every_role() {
    let mut messages = json!([
        {"role": "system", "content": "You help {{ who }}."},
        {"role": "user", "name": "{{ who }}", "content": [
            {"type": "text", "text": "Hi {{ who }}"},
            {"type": "image_url", "image_url": {"url": "https://example.com/{{ who }}"}}
        ]},
        {"role": "assistant", "content": null}
    ]);
    render_messages(&mut messages, &json!({"who": "Jo"})).unwrap();
    assert_eq!(messages[0]["content"], "You help Jo.");
    assert_eq!(messages[1]["content"][0]["text"], "Hi Jo");
    assert_eq!(messages[1]["content"][1]["image_url"]["url"], "https://example.com/{{ who }}");
    assert_eq!(messages[1]["name"], "{{ who }}");
    assert_eq!(messages[2]["content"], Value::Null);
}

#[test]
fn without_context_braces_are_kept() {
    assert_eq!(render("  {{ x }}", json!({})).unwrap(), "  {{ x }}");
    assert_eq!(render("{% bad", Value::Null).unwrap(), "{% bad");
}

#[test]
fn an_undefined_variable_is_empty_and_a_loop_keeps_the_order_of_keys() {
    assert_eq!(render("[{{ gone }}]", json!({"a": 1})).unwrap(), "[]");
    let text = "{% for k in o %}{{ k }}={{ o[k] }};{% endfor %}{% if n > 2 %}big{% else %}small{% endif %}";
    assert_eq!(render(text, json!({"o": {"z": 1, "a": "x"}, "n": 3})).unwrap(), "z=1;a=x;big");
}

#[test]
fn the_filters_of_prompts_work() {
    let context = json!({"names": ["b", "a"], "s": " Ab ", "o": {"k": [1, null]}});
    for (text, wanted) in [
        ("{{ names|join(', ') }}", "b, a"),
        ("{{ names|length }}{{ names|first }}{{ names|last }}", "2ba"),
        ("{{ s|trim|upper }}{{ s|trim|lower }}", "ABab"),
        ("{{ 'élan VITAL'|capitalize }}", "Élan vital"),
        ("{{ gone|default('x') }}", "x"),
        ("{{ s|replace('A', 'o')|trim }}", "ob"),
        ("{{ names|sort|join }}", "ab"),
        ("{{ o|tojson }}", "{\"k\": [1, null]}"),
        ("{% if gone is defined %}y{% else %}n{% endif %}{% if o.k[1] is none %}y{% endif %}", "ny"),
        ("{% for i in range(3) %}{{ loop.index }}{% endfor %}", "123"),
        ("{{ [3, 1, 3]|unique|sum }} {{ 2.345|round(1) }} {{ '7'|int + 1 }} {{ 'x\ny'|indent(2) }}", "4 2.3 8 x\n  y"),
        ("{{ s|e }}{{ names|reverse|join('-') }}{% if 3 is odd %}!{% endif %}", "Ab a-b!"),
        ("{% for k, v in o|items %}{{ k }}{% endfor %}", "k"),
    ] {
        assert_eq!(render(text, context.clone()).unwrap(), wanted, "{text}");
    }
}

#[test]
fn text_is_not_escaped_and_a_rendered_value_is_not_a_template() {
    assert_eq!(render("{{ v }}", json!({"v": "<b>{{ 1 + 1 }}"})).unwrap(), "<b>{{ 1 + 1 }}");
}

#[test]
fn the_common_indentation_is_removed() {
    assert_eq!(render("\n    Hi {{ a }}\n      there\n", json!({"a": 1})).unwrap(), "\nHi 1\n  there");
}

#[test]
fn a_syntax_error_contains_message_and_line() {
    let error = render("ok\n{% if x %}", json!({"x": 1})).unwrap_err();
    assert_eq!(error.kind, Kind::Configuration);
    assert!(error.message.starts_with("messages[0]: the template cannot be read"), "{error}");
    assert!(error.message.contains("line 2"), "{error}");
}

#[test]
fn dunder_names_and_unknown_filters_are_refused() {
    for text in [
        "{{ x.__class__ }}",
        "{{ x['__class__'] }}",
        "{{ x|attr('__class__') }}",
        "{{ x|nosuch }}",
        "{% include 'a' %}",
    ] {
        let error = render(text, json!({"x": {}})).unwrap_err();
        assert_eq!(error.kind, Kind::Configuration, "{text}");
    }
}

#[test]
fn endless_work_and_endless_output_are_stopped() {
    let loops = "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}";
    let error = render(loops, json!({"x": 1})).unwrap_err();
    assert_eq!(error.kind, Kind::Configuration);
    assert!(error.message.contains("too long") || error.message.contains("too much"), "{}", error.message);
    let long = "{% for a in range(9999) %}{{ x }}{% endfor %}";
    assert!(render(long, json!({"x": "y".repeat(10_000)})).unwrap_err().message.contains("too much text"));
    assert!(render("{{ x|replace('', x) }}", json!({"x": "y".repeat(100_000)})).is_err());
    assert!(render("{{ 'x' * 9999999999 }}", json!({"x": 1})).is_err());
}

#[test]
fn wrong_types_are_configuration_errors() {
    assert_eq!(render("x", json!([1])).unwrap_err().kind, Kind::Configuration);
    assert_eq!(render_messages(&mut json!("x"), &json!({"a": 1})).unwrap_err().kind, Kind::Configuration);
}
