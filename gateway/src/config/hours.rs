//! When a channel is open.

use super::reader::{Reader, Table, Value, Wrong};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use toml::de::DeValue;

/// When a channel is open, in its own time zone.
#[derive(Clone, Debug)]
pub struct Hours {
    zone: TimeZone,
    /// From Monday.
    days: [Vec<Span>; 7],
}

/// From a time of day to before another; one that ends at midnight has no end.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    from: Time,
    to: Option<Time>,
}

impl Hours {
    /// Whether it is open at this moment.
    pub fn are_open(&self, at: Timestamp) -> bool {
        let local = at.to_zoned(self.zone.clone());
        let day = local.weekday().to_monday_zero_offset();
        let time = local.time();
        let spans = self.days.get(usize::from(day.unsigned_abs())).into_iter().flatten();
        spans.into_iter().any(|span| span.from <= time && span.to.is_none_or(|to| time < to))
    }
}

struct Zone(TimeZone);

impl Value for Zone {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let name = String::read(value)?;
        TimeZone::get(&name).map(Self).map_err(|_| {
            Wrong::new(format!("holds \"{name}\", which is no time zone"), "write it as in \"Europe/Oslo\"")
        })
    }
}

struct Day(Vec<Span>);

impl Value for Day {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let cure = "write it as in \"09:00-17:00\" or \"09:00-12:00, 13:00-17:00\"";
        let text = value.as_str().ok_or_else(|| Wrong::kind(value, "a string", cure))?;
        let spans: Option<Vec<_>> = text.split(',').map(|span| parse_span(span.trim())).collect();
        spans.map(Self).ok_or_else(|| Wrong::new(format!("holds \"{text}\", which are no hours"), cure))
    }
}

fn parse_span(text: &str) -> Option<Span> {
    let (from, to) = text.split_once('-')?;
    let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
    let from = time(from)?;
    let to = if to.trim() == "24:00" { None } else { Some(time(to)?) };
    to.is_none_or(|to| from < to).then_some(Span { from, to })
}

/// As jiff counts them.
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub(super) fn read_hours(reader: &mut Reader<'_>, mut table: Table<'_, '_>) -> Option<Hours> {
    let zone = table.require::<Zone>(reader, "time_zone", "say where, as in `time_zone = \"Europe/Oslo\"`");
    let mut days: [Vec<Span>; 7] = Default::default();
    for (name, day) in DAYS.into_iter().zip(&mut days) {
        *day = table.get::<Day>(reader, name).map(|day| day.0).unwrap_or_default();
    }
    table.end(reader);
    zone.map(|zone| Hours { zone: zone.0, days })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(monday: &str) -> Hours {
        let mut days: [Vec<Span>; 7] = Default::default();
        days[0] = monday.split(',').map(|span| parse_span(span.trim()).expect("a span")).collect();
        Hours { zone: TimeZone::get("Europe/Oslo").expect("a zone"), days }
    }

    fn open(hours: &Hours, at: &str) -> bool {
        hours.are_open(at.parse().expect("a time"))
    }

    #[test]
    fn hours_are_local_and_end_before_their_end() {
        let hours = hours("09:00-12:00, 13:00-17:00");
        // 6 July 2026 is a Monday; Oslo is two hours ahead then, one on 5 January.
        assert!(open(&hours, "2026-07-06T07:00:00Z") && !open(&hours, "2026-07-06T06:59:59Z"));
        assert!(open(&hours, "2026-01-05T08:00:00Z") && !open(&hours, "2026-01-05T07:00:00Z"));
        assert!(!open(&hours, "2026-07-06T10:00:00Z") && open(&hours, "2026-07-06T11:00:00Z"));
        assert!(!open(&hours, "2026-07-06T15:00:00Z"));
        assert!(!open(&hours, "2026-07-07T08:00:00Z"), "a Tuesday");
    }

    #[test]
    fn a_day_may_end_at_midnight() {
        let hours = hours("00:00-24:00");
        assert!(open(&hours, "2026-07-05T22:00:00Z") && open(&hours, "2026-07-06T21:59:59Z"));
        assert!(!open(&hours, "2026-07-06T22:00:00Z"));
    }

    #[test]
    fn no_hours_are_refused() {
        for wrong in ["", "9", "09:00", "17:00-09:00", "09:00-09:00", "25:00-26:00", "9-17"] {
            assert_eq!(parse_span(wrong), None, "{wrong}");
        }
    }
}
