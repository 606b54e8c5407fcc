//! Any template renders in bounded time, on a stack of 1 MB, to a value or a configuration error.

use crate::support::small_stack;
use instructor_wasm::machinery::error::{Error, Kind};
use instructor_wasm::machinery::template::limits::{MAX_BLOCKS, MAX_BRACKETS, MAX_CHAIN, MAX_OUTPUT};
use instructor_wasm::machinery::template::render_messages;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn render(text: &str, context: &Value) -> Result<String, Error> {
    let mut messages = json!([{"role": "user", "content": text}]);
    render_messages(&mut messages, context)?;
    Ok(messages[0]["content"].as_str().unwrap().to_owned())
}

/// Each must end within the time limit, with a text or with a configuration error that has a message.
fn all_end(templates: impl IntoIterator<Item = String>, context: &Value) -> Vec<Result<String, Error>> {
    let ended = |template: String| {
        let began = Instant::now();
        let result = render(&template, context);
        let took = began.elapsed();
        let head: String = template.chars().take(60).collect();
        assert!(took < Duration::from_secs(20), "{head} takes {took:?}");
        if let Err(error) = &result {
            assert_eq!(error.kind, Kind::Configuration, "{head}: {error}");
            assert!(error.message.starts_with("messages[0]: the template"), "{head}: {error}");
        }
        result
    };
    templates.into_iter().map(ended).collect()
}

#[test]
fn chains_of_every_operator_are_refused_before_they_are_parsed() {
    small_stack(|| {
        let links = [
            "1+",
            "1-",
            "1*",
            "1/",
            "1//",
            "1%",
            "2**",
            "1~",
            "1==",
            "1!=",
            "1<",
            "1>=",
            "1 in ",
            "1 not in ",
            "1 and ",
            "1 or ",
            "not ",
            "-",
            "- ",
            "1 if a else ",
            "(",
            "[",
            "{1:",
            "f(",
            "a[",
            "a|d(",
        ];
        let tails = [".b", "[0]", "|string", " is defined", "|d(1)", "(1)", "[1:]", " if a", ".b()"];
        let mut templates = Vec::new();
        for count in [200, 5_000, 60_000] {
            templates.extend(links.iter().map(|link| ["{{ ", &link.repeat(count), "1 }}"].concat()));
            templates.extend(tails.iter().map(|tail| ["{{ a", &tail.repeat(count), " }}"].concat()));
            templates.push(["{% if ", &"not ".repeat(count), "a %}x{% endif %}"].concat());
            templates.push(["{% for x in a", &"|list".repeat(count), " %}{% endfor %}"].concat());
            templates.push(["{% set x = a", &"|list".repeat(count), " %}"].concat());
            templates.push(["{% filter trim", &"|trim".repeat(count), " %}{% endfilter %}"].concat());
        }
        for result in all_end(templates, &json!({"a": 1})) {
            let error = result.unwrap_err();
            assert!(error.message.contains("belongs into `context`"), "{error}");
        }
    });
}

#[test]
fn nested_tags_are_refused_before_they_are_parsed() {
    small_stack(|| {
        let tags = [
            ("{% if a %}", "{% endif %}"),
            ("{% for x in a %}", "{% endfor %}"),
            ("{% with x = 1 %}", "{% endwith %}"),
            ("{% set x %}", "{% endset %}"),
            ("{% filter trim %}", "{% endfilter %}"),
            ("{% autoescape false %}", "{% endautoescape %}"),
            ("{% macro m() %}", "{% endmacro %}"),
            ("{% call m() %}", "{% endcall %}"),
            ("{% block b %}", "{% endblock %}"),
        ];
        let mut templates = Vec::new();
        for count in [MAX_BLOCKS + 1, 500, 20_000] {
            for (open, close) in tags {
                templates.push([open.repeat(count), close.repeat(count)].concat());
                templates.push(open.repeat(count));
            }
            templates.push(["{% if a %}", &"{% elif a %}".repeat(count), "{% endif %}"].concat());
        }
        for result in all_end(templates, &json!({"a": [1]})) {
            assert!(result.unwrap_err().message.contains("tags inside each other"));
        }
    });
}

#[test]
fn the_deepest_template_within_the_limits_runs_on_a_stack_of_1_mb() {
    small_stack(|| {
        let chain = |link: &str, tail: &str| ["{{ ", &link.repeat(MAX_CHAIN), tail, " }}"].concat();
        let inside = |open: &str, count: usize, close: &str, inner: &str| {
            [&open.repeat(count), inner, &close.repeat(count)].concat()
        };
        let mut templates = vec![
            chain("1+", "1"),
            chain("'x'~", "''"),
            chain("not ", "1"),
            chain("-", "1"),
            ["{{ a", &"|string".repeat(MAX_CHAIN), " }}"].concat(),
            ["{{ a", &".b".repeat(MAX_CHAIN), " }}"].concat(),
            ["{{ ", &inside("(", MAX_BRACKETS, ")", &"-".repeat(MAX_CHAIN - MAX_BRACKETS)), " }}"].concat(),
            ["{{ ", &inside("[", MAX_BRACKETS, "]", "1"), " }}"].concat(),
            ["{{ ", &inside("{1:", MAX_BRACKETS, "}", "1"), " }}"].concat(),
            ["{{ ", &inside("a|d(", MAX_BRACKETS, ")", "1"), " }}"].concat(),
        ];
        for (open, close) in [("{% if a %}", "{% endif %}"), ("{% for x in l %}", "{% endfor %}")] {
            templates.push(inside(open, MAX_BLOCKS, close, &chain("1+", "1")));
        }
        templates.push(["{% if z %}", &"{% elif z %}".repeat(MAX_BLOCKS - 1), "{% else %}x{% endif %}"].concat());
        let wide = (0..5_000).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
        templates.push(["{{ [", &wide, "]|length }}"].concat());
        let deep = (0..60).fold(json!("x"), |inner, _| json!({"k": [inner]}));
        let context = json!({"a": 1, "l": [1], "deep": deep});
        templates.push("{{ deep }}{{ deep|tojson }}{{ deep == deep }}".into());
        let texts = all_end(templates, &context);
        assert_eq!(texts[0].as_ref().unwrap(), "101");
        assert_eq!(texts[1].as_ref().unwrap(), &"x".repeat(MAX_CHAIN));
        for (index, text) in texts.iter().enumerate().filter(|(index, _)| ![5, 6].contains(index)) {
            assert!(
                text.is_ok() || text.as_ref().is_err_and(|e| e.message.contains("part of something")),
                "{index}: {text:?}"
            );
        }
    });
}

#[test]
fn work_and_memory_are_counted_in_bytes() {
    small_stack(|| {
        let repeated = |body: &str| ["{% for i in range(100000) %}", body, "{% endfor %}"].concat();
        let mut templates: Vec<String> = vec![
            ["{% set a = 'sixteen letters.' %}", &"{% set a = a ~ a %}".repeat(40)].concat(),
            ["{% set a = 'sixteen letters.' %}", &"{% set a = a + a %}".repeat(40)].concat(),
            ["{% set a = [1] %}", &"{% set a = a + a %}".repeat(40)].concat(),
            ["{% set a = [1] %}", &"{% set a = [a, a] %}".repeat(40), "{{ a }}"].concat(),
            ["{% set a = [1] %}", &"{% set a = [a, a] %}".repeat(40), "{{ a|tojson }}"].concat(),
            ["{% set a = 'x' %}", &"{% set a %}{{ a }}{{ a }}{% endset %}".repeat(40)].concat(),
            ["{% set a = 'x' %}", &"{% set a = a|replace('x', 'xx') %}".repeat(40)].concat(),
            ["{% set a = [1] %}", &"{% set a = [a] %}".repeat(20_000)].concat(),
            "{{ 'x' * 9999999999 }}".into(),
            "{{ ('x' * 99999999) ~ ('y' * 99999999) }}".into(),
            "{{ (0,) * 99999999 }}".into(),
            "{{ ([0] * 99999999)|length }}".into(),
            "{{ 10 ** 10 ** 10 * 'x' }}".into(),
            "{{ '%99999999d' % 1 }}".into(),
            "{{ '%.99999999f' % 1 }}".into(),
            "{{ '%*d' % (99999999, 1) }}".into(),
            "{{ '{:99999999}'.format(1) }}".into(),
            "{{ '{:.99999999f}'.format(1) }}".into(),
            "{{ 'x'.center(99999999) }}{{ 'x'.ljust(99999999) }}".into(),
            "{{ 'x'|center(99999999, 'long') }}".into(),
            "{{ '1'.zfill(99999999) }}".into(),
            "{{ ('\t' * 9999).expandtabs(99999) }}".into(),
            "{{ [1]|batch(999999999, 'x') }}".into(),
            "{{ [1]|slice(999999999, 'x') }}".into(),
            "{{ [[1]]|tojson('x' * 999) }}".into(),
            "{{ ('x\n' * 99999)|indent('y' * 9999) }}".into(),
            ["{{ 'x'|map(", &"'map', ".repeat(50), "'upper') }}"].concat(),
            "{% macro m(n) %}{{ m(n) }}{% endmacro %}{{ m(1) }}".into(),
            "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}".into(),
            "{% macro m(n) %}{% for i in range(9) %}{{ m(n) }}{% endfor %}{% endmacro %}{{ m(1) }}".into(),
            "{% macro m() %}{{ caller() }}{% endmacro %}{% macro n() %}{% call m() %}{{ n() }}{% endcall %}{% endmacro %}{{ n() }}".into(),
            "{% set n = namespace() %}{% set n.a = n %}".into(),
            "{% set n = namespace() %}{% set n.a = [{'b': n}] %}".into(),
            "{% set n = namespace() %}{% set n.a = cycler(n) %}".into(),
            "{% set n = namespace(a='x') %}{% for i in range(99) %}{% set n.a = n.a ~ n.a %}{% endfor %}".into(),
            "{% set n = namespace(a=[]) %}{% for i in range(99999) %}{% set n.a = [n.a] %}{% endfor %}".into(),
        ];
        for body in [
            "{% set a = r|unique %}",
            "{% set a = r|sort %}",
            "{% set a = s|upper %}",
            "{% set a = s|lower %}",
            "{% set a = s|capitalize %}",
            "{% set a = s|replace('y', 'z') %}",
            "{% set a = s|trim %}",
            "{% set a = s|indent %}",
            "{% set a = s|list %}",
            "{% set a = s|length %}",
            "{% set a = s|first %}",
            "{% set a = r|join %}",
            "{% set a = o|tojson %}",
            "{% set a = o|string %}",
            "{% set a = o|items %}",
            "{% set a = s ~ s %}",
            "{% set a = s + s %}",
            "{% set a = s == t %}",
            "{% set a = o == p %}",
            "{% set a = r == q %}",
            "{% set a = r < q %}",
            "{% set a = 1 < s < t %}",
            "{% set a = 'q' in s %}",
            "{% set a = 0 in r %}",
            "{% set a = s[5] %}",
            "{% set a = s[1:] %}",
            "{% set a = r[1:] %}",
            "{% set a = r[::-1] %}",
            "{% set a = r + r %}",
            "{% set a = r * 9 %}",
            "{% set a = s * 9 %}",
            "{% set a = [r, r] %}",
            "{% set a = o[s] %}",
            "{% for c in s %}{% endfor %}",
            "{% for c in r %}{% endfor %}",
            "{{ s }}",
            "{{ o }}",
            "{% set a %}{{ s }}{% endset %}",
            "{% if loop.changed(s) %}{% endif %}",
            "{% set a = range(90000) %}",
            "{% set a = s|round %}",
            "{% set a = r|sum %}",
            "{% set a = s|title %}",
            "{% set a = s|truncate(9) %}",
            "{% set a = s|wordcount %}",
            "{% set a = s|wordwrap(1) %}",
            "{% set a = s|center(200100) %}",
            "{% set a = s|format(1) %}",
            "{% set a = '%s'|format(s) %}",
            "{% set a = s|urlencode %}",
            "{% set a = s|striptags %}",
            "{% set a = s|escape %}",
            "{% set a = s|trim('y') %}",
            "{% set a = s.strip('x') %}",
            "{% set a = s.split('y') %}",
            "{% set a = s.split() %}",
            "{% set a = s.splitlines() %}",
            "{% set a = s.swapcase() %}",
            "{% set a = s.title() %}",
            "{% set a = s.find('q') %}",
            "{% set a = s.count('q') %}",
            "{% set a = s.isupper() %}",
            "{% set a = s.zfill(200100) %}",
            "{% set a = s.expandtabs() %}",
            "{% set a = s.partition('q') %}",
            "{% set a = s.format(1) %}",
            "{% set a = '{}'.format(s) %}",
            "{% set a = s % 1 %}",
            "{% set a = '%s' % s %}",
            "{% set a = s.join(['', '']) %}",
            "{% set a = s is upper %}",
            "{% set a = s is eq t %}",
            "{% set a = r is eq q %}",
            "{% set a = 9 is in r %}",
            "{% set a = r|map('string') %}",
            "{% set a = r|map(attribute='x') %}",
            "{% set a = r|select('odd') %}",
            "{% set a = r|select('in', r) %}",
            "{% set a = r|selectattr('x', 'eq', 1) %}",
            "{% set a = r|groupby('x') %}",
            "{% set a = r|batch(3) %}",
            "{% set a = r|slice(3) %}",
            "{% set a = r|min %}",
            "{% set a = r.count(1) %}",
            "{% set a = o|dictsort %}",
            "{% set a = o|urlencode %}",
            "{% set a = o.items() %}",
            "{% set a = o.values() %}",
            "{% set a = o|tojson(2) %}",
            "{% set a = dict(o) %}",
            "{% set a = namespace(x=o) %}",
            "{% set a = cycler(r) %}",
        ] {
            templates.push(repeated(body));
        }
        templates.push(
            ["{% for i in range(100000) %}{% set a %}", &"raw ".repeat(50_000), "{% endset %}{% endfor %}"].concat(),
        );
        let many: Vec<Value> = (0..20_000).map(|n| json!(n)).collect();
        let object: Value =
            (0..5_000).map(|n| (format!("key {n}"), json!({"n": n}))).collect::<serde_json::Map<_, _>>().into();
        let context = json!({
            "s": "y".repeat(200_000), "t": "y".repeat(200_000), "r": many, "q": many, "o": object, "p": object
        });
        for (template, result) in templates.clone().into_iter().zip(all_end(templates, &context)) {
            let head: String = template.chars().take(80).collect();
            let error = result.err().unwrap_or_else(|| panic!("{head} is not bounded"));
            let known = ["runs too long", "too much text", "nested too deeply", "number", "fails", "recursion"];
            assert!(known.iter().any(|text| error.message.contains(text)), "{head}: {error}");
        }
    });
}

#[test]
fn scanning_is_linear_in_the_number_of_tags() {
    small_stack(|| {
        let began = Instant::now();
        assert!(render(&"{{ x }}".repeat(100_000), &json!({"x": 1})).is_ok());
        let many = [&"{{ x['a__b'] }}".repeat(30_000), "{{ x.__class__ }}"].concat();
        assert!(render(&many, &json!({"x": 1})).unwrap_err().message.contains("__class__"));
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    });
}

#[test]
fn the_limits_apply_to_the_call_and_not_to_each_message() {
    let text = "{% for i in range(90000) %}{{ '' }}{% endfor %}";
    let mut messages: Value = (0..50).map(|_| json!({"role": "user", "content": text})).collect();
    let error = render_messages(&mut messages, &json!({"x": 1})).unwrap_err();
    assert!(error.message.contains("runs too long"), "{error}");
}

#[test]
fn an_ordinary_prompt_with_much_text_is_far_below_the_limits() {
    let documents: Vec<Value> = (0..400)
        .map(|n| json!({"title": format!("Document {n}"), "text": "word ".repeat(1_000), "tags": ["a", "b"]}))
        .collect();
    let template = "{% for d in docs if d.text|length > 10 %}## {{ loop.index }}. {{ d.title|upper }}\n{{ d.text|trim }}\n\
        {% if 'a' in d.tags and d.title ~ '!' != last %}{{ d.tags|join(', ') }}{% elif not d.tags %}-{% endif %}\n{% endfor %}";
    let text = render(template, &json!({"docs": documents, "last": "x"})).unwrap();
    assert!(text.len() > 2_000_000 && text.len() < MAX_OUTPUT);
    assert!(text.contains("## 400. DOCUMENT 399\nword"));
}

#[test]
fn operators_behave_as_in_jinja() {
    let context = json!({"s": "ab", "l": [3, 1, 2], "o": {"k": {"n": 2}}, "b": true});
    for (template, wanted) in [
        ("{{ 2 * 3 }}{{ 2 * 1.5 }}{{ s * 2 }}{{ 2 * s }}{{ (l * 2)|join }}", "63.0abab abab312312"),
        (
            "{{ 1 + 2 }}{{ s + 'c' }}{{ l + [4] }}{{ 7 // 2 }}{{ 2 ** 3 }}{{ 7 % 4 }}{{ -l[0] }}",
            "3abc[3, 1, 2, 4]383-3",
        ),
        (
            "{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}{{ 1 in l }}{{ 9 not in l }}{{ 'k' in o }}{{ 'a' in s }}",
            "TrueFalseTrueTrueTrueTrue",
        ),
        ("{{ l[1:] }}{{ l[::-1] }}{{ s[0] }}{{ s[1:] }}{{ o['k'].n }}{{ o.k['n'] }}", "[1, 2][2, 1, 3]ab22"),
        ("{% set x, y = 1, 2 %}{{ x }}{{ y }}{% for k, v in o|items %}{{ k }}{{ v.n }}{% endfor %}", "12k2"),
        (
            "{% with n = 5 %}{{ n }}{% endwith %}{% filter upper %}x{{ s }}{% endfilter %}{% set t %}y{% endset %}{{ t }}",
            "5XABy",
        ),
        (
            "{{ 'y' if b else 'n' }}{{ gone or 'd' }}{{ b and 3 }}{{ (1, 2) }}{{ {'a': 1} }}{% raw %}{{ x }}{% endraw %}",
            "yd3(1, 2){'a': 1}{{ x }}",
        ),
        (
            "{% for x in l recursive %}{{ x }}{{ loop.index }}{% if x == 3 %}{{ loop([9]) }}{% endif %}{% endfor %}",
            "31911223",
        ),
        (
            "{% for x in [] %}x{% else %}none{% endfor %}{{ l == [3, 1, 2] }}{{ l|sort|first }}{{ [1, 2, 1]|unique }}",
            "noneTrue1[1, 2]",
        ),
    ] {
        let text = render(template, &context).unwrap_or_else(|error| panic!("{template}: {error}"));
        assert_eq!(text.replace(' ', ""), wanted.replace(' ', ""), "{template}");
    }
    for template in ["{{ range(*l) }}", "{{ f(**o) }}", "{% block b %}{% endblock %}", "{% include 'x' %}"] {
        assert_eq!(render(template, &context).unwrap_err().kind, Kind::Configuration, "{template}");
    }
}
