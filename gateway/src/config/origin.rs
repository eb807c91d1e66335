//! Which pages may embed a site's widget.

use super::reader::{Value, Wrong};
use toml::de::DeValue;
use url::{Host, Origin, Url};

/// An origin as browsers have it: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebOrigin {
    scheme: String,
    host: Host,
    port: u16,
}

impl WebOrigin {
    /// Reads an `Origin` header. `None` for `null` and for whatever is no http(s) origin in canonical form.
    pub fn parse(header: &str) -> Option<Self> {
        let origin = Url::parse(header).ok()?.origin();
        if origin.ascii_serialization() != header {
            return None;
        }
        match origin {
            Origin::Tuple(scheme, host, port) if scheme == "http" || scheme == "https" => {
                Some(Self { scheme, host, port })
            }
            _ => None,
        }
    }
}

/// One entry of a site's `origins`: an origin, or all of a host's ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    scheme: String,
    host: Host,
    port: Option<u16>,
}

impl OriginPattern {
    /// Reads `https://shop.example`, `http://localhost:*`, `http://127.0.0.1:8080` or `http://[::1]:*`.
    pub fn parse(text: &str) -> Option<Self> {
        let any_port = text.strip_suffix(":*");
        let url = Url::parse(any_port.unwrap_or(text)).ok()?;
        // The parser drops a scheme's own port, so that `http://localhost:80` would look as if it had none.
        let host = any_port.and_then(|rest| rest.split_once("://")).map_or("", |(_, host)| host);
        let two_ports = host.rsplit_once(']').map_or(host, |(_, after)| after).contains(':');
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && !text.ends_with('/');
        if !bare || !url.username().is_empty() || url.password().is_some() || two_ports {
            return None;
        }
        match url.origin() {
            Origin::Tuple(scheme, host, port) if scheme == "http" || scheme == "https" => {
                Some(Self { scheme, host, port: any_port.is_none().then_some(port) })
            }
            _ => None,
        }
    }

    /// Whether the origin is one of these.
    pub fn allows(&self, origin: &WebOrigin) -> bool {
        self.scheme == origin.scheme && self.host == origin.host && self.port.is_none_or(|port| port == origin.port)
    }
}

impl Value for OriginPattern {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let cure = "write scheme and host as in \"https://shop.example\" or \"http://localhost:*\", without a path";
        let text = value.as_str().ok_or_else(|| Wrong::kind(value, "an origin", cure))?;
        Self::parse(text).ok_or_else(|| Wrong::new(format!("holds \"{text}\", which is no origin"), cure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allows(pattern: &str, origin: &str) -> bool {
        let pattern = OriginPattern::parse(pattern).expect("a pattern");
        WebOrigin::parse(origin).is_some_and(|origin| pattern.allows(&origin))
    }

    #[test]
    fn an_exact_origin_is_that_origin_only() {
        assert!(allows("https://shop.example", "https://shop.example"));
        assert!(allows("https://shop.example:443", "https://shop.example"));
        assert!(allows("https://Shop.Example", "https://shop.example"));
        for other in [
            "http://shop.example",
            "https://shop.example:8443",
            "https://shop.example.evil.example",
            "https://evilshop.example",
            "https://shop.example/",
            "https://shop.example@evil.example",
            "null",
            "",
            "file://",
        ] {
            assert!(!allows("https://shop.example", other), "{other}");
        }
    }

    #[test]
    fn a_star_is_every_port_of_that_host() {
        for origin in ["http://localhost", "http://localhost:1", "http://localhost:65535"] {
            assert!(allows("http://localhost:*", origin), "{origin}");
        }
        assert!(allows("http://[::1]:*", "http://[::1]:8080"));
        assert!(allows("http://127.0.0.1:*", "http://127.0.0.1:8080"));
        assert!(!allows("http://localhost:*", "http://localhost.evil.example:80"));
        assert!(!allows("http://localhost:*", "https://localhost:8080"));
        assert!(!allows("http://127.0.0.1:*", "http://localhost:8080"));
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "shop.example",
            "*",
            "https://*.example/x",
            "https://shop.example/",
            "https://shop.example/path",
            "https://u@shop.example",
            "http://localhost:80:*",
            "http://localhost:8080:*",
            "ftp://shop.example",
            "file:///",
            "data:text/html,x",
        ] {
            assert_eq!(OriginPattern::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_a_pattern_allows_itself(text in "(https?://)?[a-z0-9.\\[\\]:*@/-]{0,24}") {
            let _ = WebOrigin::parse(&text);
            if let (Some(pattern), Some(origin)) = (OriginPattern::parse(&text), WebOrigin::parse(&text)) {
                prop_assert!(pattern.allows(&origin));
            }
        }
    }
}
