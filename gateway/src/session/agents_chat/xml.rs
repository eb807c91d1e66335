//! XML in and out. A document type, and with it every entity but the five of XML itself, is refused.

use crate::error::Error;
use quick_xml::Reader;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;
use serde_json::{Map, Value};

/// Elements inside each other.
const DEPTH: usize = 4;

struct Element {
    name: String,
    is_null: bool,
    text: String,
    members: Map<String, Value>,
}

impl Element {
    fn new(start: &BytesStart<'_>) -> Self {
        let is_null = start.attributes().flatten().any(|attribute| {
            attribute.key.local_name().as_ref() == b"nil" && matches!(&*attribute.value, b"true" | b"1")
        });
        let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
        Self { name, is_null, text: String::new(), members: Map::new() }
    }

    fn value(self) -> Value {
        match (self.is_null, self.members.is_empty()) {
            (true, _) => Value::Null,
            (_, false) => Value::Object(self.members),
            _ => Value::String(self.text),
        }
    }
}

/// Reads a document: the root's elements by name, text as strings, elements with elements as objects.
pub fn read(text: &str) -> Result<Map<String, Value>, Error> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|error| fault(&format!("not XML: {error}")))?;
        let closed = match event {
            Event::DocType(_) => return Err(fault("a document type is not taken; leave <!DOCTYPE …> out")),
            Event::Eof => return Err(fault("not XML: it ends before its root does")),
            Event::Start(start) if open.len() < DEPTH => {
                open.push(Element::new(&start));
                None
            }
            Event::Start(_) => return Err(fault("the elements lie too deep inside each other")),
            Event::Empty(start) => Some(Element::new(&start)),
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                add(&mut open, &text.decode().map_err(|_| fault("not XML: its text is not UTF-8"))?);
                None
            }
            Event::CData(text) => {
                add(&mut open, &text.decode().map_err(|_| fault("not XML: its text is not UTF-8"))?);
                None
            }
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().ok().flatten();
                let character = character.or(match &*reference {
                    b"amp" => Some('&'),
                    b"lt" => Some('<'),
                    b"gt" => Some('>'),
                    b"quot" => Some('"'),
                    b"apos" => Some('\''),
                    _ => None,
                });
                let character =
                    character.ok_or_else(|| fault("an entity that XML itself does not have is not taken"))?;
                add(&mut open, character.encode_utf8(&mut [0; 4]));
                None
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => None,
        };
        let Some(element) = closed else { continue };
        match open.last_mut() {
            Some(parent) => {
                let name = element.name.clone();
                if parent.members.insert(name.clone(), element.value()).is_some() {
                    return Err(Error::malformed(&name, format!("`{name}` is there twice")));
                }
            }
            None => return Ok(element.members),
        }
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn fault(detail: &str) -> Error {
    Error::malformed("(body)", detail)
}

/// Writes a value as the element of this name. An item of a list is an element of the name `item`.
pub fn write(name: &str, item: &str, value: &Value) -> String {
    let mut writer = Writer::new(Vec::new());
    // Writing to a vector does not fail.
    let _ = element(&mut writer, name, item, value, true);
    let body = String::from_utf8(writer.into_inner()).unwrap_or_default();
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{body}")
}

fn element(writer: &mut Writer<Vec<u8>>, name: &str, item: &str, value: &Value, is_root: bool) -> std::io::Result<()> {
    let name = if is_name(name) { name } else { "value" };
    let mut start = BytesStart::new(name);
    if is_root {
        start.push_attribute(("xmlns:i", "http://www.w3.org/2001/XMLSchema-instance"));
    }
    if value.is_null() {
        start.push_attribute(("i:nil", "true"));
        return writer.write_event(Event::Empty(start));
    }
    writer.write_event(Event::Start(start))?;
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                element(writer, name, item, value, false)?;
            }
        }
        Value::Array(items) => {
            for value in items {
                element(writer, item, item, value, false)?;
            }
        }
        Value::String(text) => {
            // What XML cannot say is left out.
            let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect();
            writer.write_event(Event::Text(BytesText::new(&clean)))?;
        }
        other => writer.write_event(Event::Text(BytesText::new(&other.to_string())))?,
    }
    writer.write_event(Event::End(BytesEnd::new(name)))
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn told(text: &str) -> String {
        read(text).expect_err("refused").to_string()
    }

    #[test]
    fn what_is_written_reads_back() {
        let entity = json!({"Rank": 1, "CustomerName": "a <b> & \"c\" é", "User": {"Name": "ada"}, "Sale": null});
        let text = write("ChatSessionEntity", "Item", &entity);
        let read = read(&text).expect("XML");
        assert_eq!(
            Value::Object(read),
            json!({"Rank": "1", "CustomerName": "a <b> & \"c\" é", "User": {"Name": "ada"}, "Sale": null})
        );
    }

    #[test]
    fn a_bomb_and_a_stranger_are_refused() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><x><CustomerName>&b;</CustomerName></x>";
        assert!(told(bomb).contains("document type"));
        let stranger = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>";
        assert!(told(stranger).contains("document type"));
        assert!(told("<x><a>&secret;</a></x>").contains("entity"));
        assert!(told(&"<x>".repeat(100_000)).contains("too deep"));
        assert!(told("<x><a>").contains("ends before"));
        assert!(told("<x><a>1</a><a>2</a></x>").contains("twice"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(<[!?/]?[a-z]{0,3}( [a-z]=\"x\")?/?>|&[a-z#0-9]{0,4};|\\PC){0,20}") {
            let _ = read(&text);
        }

        #[test]
        fn any_text_comes_back(text in "[^\\p{C}]{1,40}") {
            let written = write("x", "y", &json!({"a": text}));
            let back = read(&written).expect("XML");
            prop_assert_eq!(&back["a"], &json!(text));
        }
    }
}
