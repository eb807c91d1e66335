//! A command's parameters as they stand on the command line: `key=value`, dots between nested keys.

use serde_json::{Map, Value};

/// The parameters as JSON. A value that is JSON is taken as such, any other as a string: `value=true`, `label=Buy`,
/// `colors.square=red`, `args=[1,2]`, `text="true"`.
pub(super) fn parse(words: &[String]) -> Result<Map<String, Value>, String> {
    let mut params = Map::new();
    for word in words {
        let (path, value) = word.split_once('=').ok_or_else(|| format!("`{word}` is no parameter; write key=value"))?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        put(&mut params, path, value).map_err(|fault| format!("`{word}`: {fault}"))?;
    }
    Ok(params)
}

fn put(object: &mut Map<String, Value>, path: &str, value: Value) -> Result<(), String> {
    let (key, rest) = match path.split_once('.') {
        Some((key, rest)) => (key, Some(rest)),
        None => (path, None),
    };
    if key.is_empty() {
        return Err("a key is empty; write key=value".to_owned());
    }
    let Some(rest) = rest else {
        return match object.insert(key.to_owned(), value) {
            Some(_) => Err(format!("`{key}` is given twice; keep one")),
            None => Ok(()),
        };
    };
    match object.entry(key).or_insert_with(|| Value::Object(Map::new())) {
        Value::Object(inner) => put(inner, rest, value),
        _ => Err(format!("`{key}` is a value already and cannot hold `{rest}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn parsed(words: &[&str]) -> Result<Value, String> {
        parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).map(Value::Object)
    }

    #[test]
    fn json_is_json_and_the_rest_is_text() {
        let words = [
            "value=true",
            "n=1.5",
            "args=[1,\"a\"]",
            "label=Buy now",
            "q=a=b",
            "t=\"true\"",
            "e=",
            "selector=//a[@id='x']",
        ];
        assert_eq!(
            parsed(&words),
            Ok(json!({
                "value": true, "n": 1.5, "args": [1, "a"], "label": "Buy now", "q": "a=b", "t": "true", "e": "",
                "selector": "//a[@id='x']"
            }))
        );
    }

    #[test]
    fn dots_nest() {
        let words = ["colors.square=red", "colors.label=#fff", "rect={\"top\":1}", "rect.left=2"];
        assert_eq!(
            parsed(&words),
            Ok(json!({"colors": {"square": "red", "label": "#fff"}, "rect": {"top": 1, "left": 2}}))
        );
    }

    #[test]
    fn what_contradicts_itself_is_refused_by_name() {
        for (words, said) in [
            (&["value"][..], "`value` is no parameter; write key=value"),
            (&["a=1", "a=2"], "`a=2`: `a` is given twice; keep one"),
            (&["a=1", "a.b=2"], "`a.b=2`: `a` is a value already and cannot hold `b`"),
            (&["a.=1"], "`a.=1`: a key is empty; write key=value"),
            (&["=1"], "`=1`: a key is empty; write key=value"),
        ] {
            assert_eq!(parsed(words), Err(said.to_owned()));
        }
    }

    proptest! {
        #[test]
        fn any_text_goes_through_as_a_json_string(key in "[a-zA-Z]{1,8}", text in any::<String>()) {
            let word = format!("{key}={}", Value::from(text.as_str()));
            prop_assert_eq!(parsed(&[&word]), Ok(json!({key: text})));
        }

        #[test]
        fn no_words_panic(words in prop::collection::vec("[a-c.=\"{}1]{0,10}", 0..6)) {
            let _ = parse(&words);
        }
    }
}
