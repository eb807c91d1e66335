//! How long a variable lasts, in minutes.

use super::Refusal;
use jiff::Timestamp;
use serde_json::Value;
use std::time::Duration;

/// A time to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ttl(Duration);

impl Ttl {
    /// Ten years.
    pub const MAX_MINUTES: u64 = 10 * 366 * 24 * 60;

    /// This long.
    pub const fn of(duration: Duration) -> Self {
        Self(duration)
    }

    /// Reads a number of minutes, or text that holds one; a missing or null one is `None`.
    pub fn read(value: Option<&Value>) -> Result<Option<Self>, Refusal> {
        let minutes = match value {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        let minutes = minutes.filter(|minutes: &f64| *minutes > 0.0 && *minutes <= Self::MAX_MINUTES as f64);
        let minutes = minutes.ok_or(Refusal::Ttl)?;
        Ok(Some(Self(Duration::from_secs_f64(minutes * 60.0))))
    }

    /// When a value stored now expires.
    pub fn after(self, now: Timestamp) -> Timestamp {
        now.checked_add(self.0).unwrap_or(Timestamp::MAX)
    }
}

impl Default for Ttl {
    /// Thirty days.
    fn default() -> Self {
        Self(Duration::from_secs(30 * 24 * 3600))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_ttl_is_a_number_of_minutes_or_text_that_holds_one() {
        for value in [json!(20000), json!("20000"), json!(" 20000 "), json!(20000.0)] {
            assert_eq!(Ttl::read(Some(&value)), Ok(Some(Ttl::of(Duration::from_secs(1_200_000)))), "{value}");
        }
        assert_eq!(Ttl::read(Some(&json!(0.5))), Ok(Some(Ttl::of(Duration::from_secs(30)))));
        assert_eq!(Ttl::read(None), Ok(None));
        for wrong in
            [json!(0), json!(-1), json!("soon"), json!(""), json!("NaN"), json!("inf"), json!(1e300), json!([1])]
        {
            assert_eq!(Ttl::read(Some(&wrong)), Err(Refusal::Ttl), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*", number in any::<f64>()) {
            let _ = Ttl::read(Some(&json!(text))).map(|ttl| ttl.map(|ttl| ttl.after(Timestamp::now())));
            let _ = Ttl::read(Some(&json!(number))).map(|ttl| ttl.map(|ttl| ttl.after(Timestamp::MAX)));
        }
    }
}
