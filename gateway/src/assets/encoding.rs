//! Which of a file's compressed forms a client takes.

use http::{HeaderMap, header};

/// A form a file is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// The smallest first.
    const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    /// The name HTTP has for it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    /// What a file of this form has at the end of its name.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

/// The forms a request takes, the best first. The plain form is always among them: who refuses it gets it all the
/// same, which RFC 9110 allows and which is better than nothing.
pub(super) fn accepted(headers: &HeaderMap) -> Vec<Encoding> {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let offers: Vec<(&str, f32)> = lines.flat_map(|line| line.split(',')).filter_map(offer).collect();
    let weight = |encoding: Encoding| {
        let named = |name: &str| offers.iter().find(|(offer, _)| offer.eq_ignore_ascii_case(name)).map(|offer| offer.1);
        match encoding {
            Encoding::Identity => named("identity").unwrap_or(f32::MIN_POSITIVE),
            _ => named(encoding.name()).or_else(|| named("*")).unwrap_or(0.0),
        }
    };
    let mut accepted: Vec<_> = Encoding::ALL
        .into_iter()
        .filter(|encoding| *encoding == Encoding::Identity || weight(*encoding) > 0.0)
        .collect();
    accepted.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
    accepted
}

/// `br;q=0.5`. `None` where the weight is no number from 0 to 1.
fn offer(text: &str) -> Option<(&str, f32)> {
    let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
    let weight = match parameters.trim() {
        "" => 1.0,
        parameter => parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?.parse().ok()?,
    };
    (0.0..=1.0).contains(&weight).then(|| (name.trim(), weight))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(header: &str) -> Vec<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, header.parse().expect("a value"));
        accepted(&headers).into_iter().map(Encoding::name).collect()
    }

    #[test]
    fn the_smallest_form_the_client_takes_comes_first() {
        assert_eq!(names("gzip, deflate, br, zstd"), ["br", "gzip", "identity"]);
        assert_eq!(names("gzip"), ["gzip", "identity"]);
        assert_eq!(names("br;q=0.5, gzip;q=1.0"), ["gzip", "br", "identity"]);
        assert_eq!(names("br;q=0, *"), ["gzip", "identity"]);
        assert_eq!(names("identity"), ["identity"]);
        assert_eq!(names("identity, br;q=0.5"), ["identity", "br"]);
        assert_eq!(names("*;q=0"), ["identity"]);
        assert_eq!(accepted(&HeaderMap::new()), [Encoding::Identity]);
    }

    proptest! {
        #[test]
        fn there_is_always_a_form(header in "((br|gzip|identity|\\*|x)(;q=[0-9.a]{0,4})?,? ?){0,5}") {
            prop_assert!(names(&header).contains(&"identity"));
        }
    }
}
