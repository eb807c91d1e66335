//! How much may be asked for.

use super::reader::{Number, Reader, Table, Value, Wrong};
use docent_protocol::event::Role;
use std::num::NonZeroU32;
use toml::de::DeValue;

/// So many a second, and so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How fast the allowance grows back.
    pub per_second: NonZeroU32,
    /// The allowance.
    pub burst: NonZeroU32,
}

impl Rate {
    const fn of(per_second: u32, burst: u32) -> Option<Self> {
        match (NonZeroU32::new(per_second), NonZeroU32::new(burst)) {
            (Some(per_second), Some(burst)) => Some(Self { per_second, burst }),
            _ => None,
        }
    }
}

/// How much may be asked for. A rate that is `None` is no limit.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The longest body and socket frame, in bytes.
    pub body_bytes: usize,
    /// The longest co-browse frame of a visitor's page, in bytes.
    pub co_browse_bytes: usize,
    /// Bytes of co-browse frames that wait for one watcher before they are dropped for a new snapshot.
    pub co_browse_queue_bytes: usize,
    /// What one watcher may send to the page it watches (a pointer's moves); more is passed over.
    pub co_browse_signals: Option<Rate>,
    /// What one visitor's token may ask for.
    pub visitor: Option<Rate>,
    /// What one agent's token may ask for.
    pub agent: Option<Rate>,
    /// What one bot's token may ask for.
    pub bot: Option<Rate>,
    /// What one address may ask for, with or without a token.
    pub address: Option<Rate>,
    /// How many conversations one address may begin.
    pub conversations: Option<Rate>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            co_browse_bytes: 4 * 1024 * 1024,
            co_browse_queue_bytes: 4 * 1024 * 1024,
            co_browse_signals: Rate::of(60, 120),
            visitor: Rate::of(50, 500),
            agent: Rate::of(100, 500),
            bot: Rate::of(500, 2000),
            address: Rate::of(1000, 5000),
            conversations: Rate::of(5, 100),
        }
    }
}

impl Limits {
    /// What one token of this role may ask for.
    pub fn of(&self, role: Role) -> Option<Rate> {
        match role {
            Role::Visitor => self.visitor,
            Role::Agent => self.agent,
            Role::Bot => self.bot,
            Role::Gateway => None,
        }
    }
}

/// `{ per_second = 50, burst = 500 }`, or `"off"`.
struct Setting(Option<Rate>);

impl Value for Setting {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let wrong = || Wrong::new("is no rate", "write { per_second = 50, burst = 500 } or \"off\"");
        if value.as_str() == Some("off") {
            return Ok(Self(None));
        }
        let table = value.as_table().ok_or_else(wrong)?;
        let number = |key: &str| {
            let value = table.get(key)?;
            let Number::<1, 1_000_000>(number) = Number::read(value.get_ref()).ok()?;
            NonZeroU32::new(u32::try_from(number).ok()?)
        };
        let rate = number("per_second").zip(number("burst")).filter(|_| table.len() == 2);
        let (per_second, burst) = rate.ok_or_else(wrong)?;
        Ok(Self(Some(Rate { per_second, burst })))
    }
}

pub(super) fn read(reader: &mut Reader<'_>, table: Option<Table<'_, '_>>) -> Limits {
    let mut limits = Limits::default();
    let Some(mut table) = table else { return limits };
    for (key, limit) in [
        ("body_bytes", &mut limits.body_bytes),
        ("co_browse_bytes", &mut limits.co_browse_bytes),
        ("co_browse_queue_bytes", &mut limits.co_browse_queue_bytes),
    ] {
        if let Some(Number(bytes)) = table.get::<Number<1024, { 16 * 1024 * 1024 }>>(reader, key) {
            *limit = usize::try_from(bytes).unwrap_or(*limit);
        }
    }
    for (key, rate) in [
        ("visitor", &mut limits.visitor),
        ("agent", &mut limits.agent),
        ("bot", &mut limits.bot),
        ("address", &mut limits.address),
        ("conversations", &mut limits.conversations),
        ("co_browse_signals", &mut limits.co_browse_signals),
    ] {
        if let Some(Setting(set)) = table.get(reader, key) {
            *rate = set;
        }
    }
    table.end(reader);
    limits
}
