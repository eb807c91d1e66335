//! The fields of a channel's forms.

use super::reader::{Number, Reader, Table, Value, Wrong};
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, HashSet};
use toml::de::DeValue;

/// A field of a form, as the widget gets it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its name. The widget knows labels for `name`, `email`, `phone`, `company`, `message`, `consent`, `rating` and
    /// `comment`; the entity's properties are filled from them.
    pub name: String,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be filled in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// What it is called, by language (iso2).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub label: BTreeMap<String, String>,
    /// What it offers, for [`Kind::Choice`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The most characters it takes.
    pub max: usize,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line.
    Text,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// Some lines.
    Area,
    /// One of some options.
    Choice,
    /// Yes or no.
    Check,
    /// A number from 1 to 5.
    Rating,
}

impl Kind {
    const ALL: [Self; 7] = [Self::Text, Self::Email, Self::Phone, Self::Area, Self::Choice, Self::Check, Self::Rating];

    /// The word of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Area => "area",
            Self::Choice => "choice",
            Self::Check => "check",
            Self::Rating => "rating",
        }
    }

    /// What a field of this name takes where nothing else is said.
    fn of(name: &str) -> Self {
        match name {
            "email" => Self::Email,
            "phone" => Self::Phone,
            "message" | "comment" => Self::Area,
            "consent" => Self::Check,
            "rating" => Self::Rating,
            _ => Self::Text,
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Value for Kind {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let kind = Self::ALL.into_iter().find(|kind| value.as_str() == Some(kind.as_str()));
        let cure = "choose one of: \"text\" \"email\" \"phone\" \"area\" \"choice\" \"check\" \"rating\"";
        kind.ok_or_else(|| Wrong::new("is none of its choices", cure))
    }
}

struct FieldName(String);

impl Value for FieldName {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let name = String::read(value)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        match !name.is_empty() && name.len() <= 40 && name.bytes().all(plain) {
            true => Ok(Self(name)),
            false => Err(Wrong::new("is no field's name", "use 1 to 40 letters, digits or `_`")),
        }
    }
}

pub(super) fn read_fields(reader: &mut Reader<'_>, table: &mut Table<'_, '_>, key: &'static str) -> Vec<Field> {
    let mut names = HashSet::new();
    let mut fields = Vec::new();
    for field in table.tables(reader, key) {
        let place = field.place("name");
        let Some(field) = read_field(reader, field) else { continue };
        if !names.insert(field.name.clone()) {
            let what = format!("the field `{}` is in this form twice", field.name);
            reader.fault(&place, what, "give each field its own name");
        }
        fields.push(field);
    }
    fields
}

fn read_field(reader: &mut Reader<'_>, mut table: Table<'_, '_>) -> Option<Field> {
    let name = table.require::<FieldName>(reader, "name", "name the field, as in `name = \"email\"`");
    let name = name.map(|name| name.0);
    let kind = table.get(reader, "kind").unwrap_or_else(|| Kind::of(name.as_deref().unwrap_or_default()));
    let place = table.place("options");
    let options = table.list::<String>(reader, "options").unwrap_or_default();
    if (kind == Kind::Choice) == options.is_empty() {
        let what = "`options` and `kind = \"choice\"` belong together".to_owned();
        reader.fault(&place, what, "list the options, as in `options = [\"Order\", \"Return\"]`");
    }
    let label = table.table(reader, "label").map(|label| label.entries::<String>(reader)).unwrap_or_default();
    let max = if kind == Kind::Area { 4000 } else { 200 };
    let field = Field {
        name: String::new(),
        kind,
        required: table.get(reader, "required").unwrap_or(false),
        label: label.into_iter().map(|(language, _, text)| (language, text)).collect(),
        options,
        max: table.get::<Number<1, 10_000>>(reader, "max").map_or(max, |number| number.0 as usize),
    };
    table.end(reader);
    Some(Field { name: name?, ..field })
}
