//! A channel: what a visitor goes through before, in and after a chat.

use super::Secret;
use super::field::{Field, read_fields};
use super::hours::{Hours, read_hours};
use super::reader::{Number, Reader, Table, Value, Wrong};
use serde_json::{Value as Json, json};
use std::time::Duration;
use toml::de::DeValue;

/// What a visitor goes through before, in and after a chat.
#[derive(Clone, Debug)]
pub struct Channel {
    /// `TopicId`: what the entity calls it by.
    pub id: i32,
    /// What sites call it by.
    pub name: String,
    /// The bot that has the first word.
    pub bot: Option<String>,
    /// The form before the chat; empty for none.
    pub pre_chat: Vec<Field>,
    /// Whether that form, where a bot spoke first, is asked for when the bot hands off.
    pub pre_chat_after_bot: bool,
    /// The FAQ.
    pub faq: Option<Faq>,
    /// The form for when nobody is there; empty for none.
    pub offline: Vec<Field>,
    /// The form after the chat; empty for none.
    pub post_chat: Vec<Field>,
    /// When it is open; always where there is none.
    pub hours: Option<Hours>,
    /// After how long a silence a session is closed.
    pub idle: Option<Duration>,
}

impl Channel {
    /// What the widget gets of it: its name, its bot's, its forms.
    pub fn shown(&self) -> Json {
        json!({
            "name": self.name, "bot": self.bot, "faq": self.faq.is_some(),
            "preChat": self.pre_chat, "offline": self.offline, "postChat": self.post_chat,
        })
    }
}

/// How a channel's FAQ answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Faq {
    /// How much of a question an entry must hold to be its answer: 0 (any word) to 1 (all that matters).
    pub threshold: f64,
    /// The language of entries that name none (iso2).
    pub language: String,
}

/// Somebody who signs in with name and password where an API wants `Basic`.
#[derive(Clone, Debug)]
pub struct User {
    /// The agent's name.
    pub name: String,
    /// The site they work for.
    pub site: super::SiteKey,
    /// What they prove it with.
    pub password: Secret,
}

struct Threshold(f64);

impl Value for Threshold {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let cure = "write a number from 0.0 to 1.0, as in 0.5";
        let text = value.as_float().map(|float| float.as_str()).or_else(|| value.as_integer().map(|int| int.as_str()));
        let Some(text) = text else { return Err(Wrong::kind(value, "a number", cure)) };
        let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
        number.map(Self).ok_or_else(|| Wrong::new("is out of bounds", cure))
    }
}

struct Name(String);

impl Value for Name {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let name = String::read(value)?;
        match name.trim().is_empty() || name.len() > 100 {
            true => Err(Wrong::new("is no name", "write 1 to 100 characters")),
            false => Ok(Self(name)),
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_>, mut table: Table<'_, '_>) -> Option<Channel> {
    let id = table.require::<Number<1, 2_147_483_647>>(reader, "id", "number the channel, as in `id = 1`");
    let name = table.require::<Name>(reader, "name", "name the channel, as in `name = \"support\"`");
    let bot = table.get::<Name>(reader, "bot").map(|name| name.0);
    let faq = table.table(reader, "faq").map(|faq| read_faq(reader, faq));
    let hours = table.table(reader, "hours").and_then(|hours| read_hours(reader, hours));
    let channel = Channel {
        id: 0,
        name: String::new(),
        bot,
        pre_chat: read_fields(reader, &mut table, "pre_chat"),
        pre_chat_after_bot: table.get(reader, "pre_chat_after_bot").unwrap_or(false),
        faq,
        offline: read_fields(reader, &mut table, "offline"),
        post_chat: read_fields(reader, &mut table, "post_chat"),
        hours,
        idle: table.get::<Number<1, 525_600>>(reader, "idle_minutes").map(|number| Duration::from_secs(number.0 * 60)),
    };
    table.end(reader);
    let id = i32::try_from(id?.0).ok()?;
    Some(Channel { id, name: name?.0, ..channel })
}

fn read_faq(reader: &mut Reader<'_>, mut table: Table<'_, '_>) -> Faq {
    let threshold = table.get::<Threshold>(reader, "threshold").map_or(0.5, |threshold| threshold.0);
    let language = table.get::<Name>(reader, "language").map_or_else(|| "en".to_owned(), |name| name.0);
    table.end(reader);
    Faq { threshold, language }
}

pub(super) fn read_user(reader: &mut Reader<'_>, mut table: Table<'_, '_>) -> Option<User> {
    let name = table.require::<Name>(reader, "name", "name the agent, as in `name = \"ada\"`");
    let site = table.require(reader, "site", "name the site they work for, as in `site = \"shop\"`");
    let password = table.require::<Name>(reader, "password", "give them a password");
    table.end(reader);
    Some(User { name: name?.0, site: site?, password: Secret::of_user(password?.0) })
}
