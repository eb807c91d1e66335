//! Where agents sign in: an identity provider (OpenID Connect), and who of its people is an agent of which site.

use super::SiteKey;
use super::file::Lifetime;
use super::reader::{Reader, Table, Value, Wrong};
use std::time::Duration;
use toml::de::DeValue;
use url::{Host, Url};

const HOUR: Duration = Duration::from_secs(3600);

/// An identity provider, and what its tokens make of whom.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// What the provider is called where agents choose it.
    pub name: String,
    /// Its name for itself, to the letter.
    pub issuer: String,
    /// The console's name at the provider. It is a public client: there is no secret.
    pub client_id: String,
    /// What is asked for, `openid` first.
    pub scopes: Vec<String>,
    /// Whom a token may name as its audience beside the client.
    pub audiences: Vec<String>,
    /// The claim that is the agent's name.
    pub name_claim: Claim,
    /// The claim that holds the agent's roles.
    pub role_claim: Claim,
    /// How long a token is good that an agent gets for the provider's.
    pub token_ttl: Duration,
    /// Who gets in, and where.
    pub roles: Vec<OidcRole>,
}

/// A role whose bearers are agents of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcRole {
    /// As it stands in the token.
    pub name: String,
    /// The site.
    pub site: SiteKey,
}

/// A claim: its name, or the names that lead to it (`realm_access.roles`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim(String);

impl Claim {
    /// The claim's value. A claim whose very name holds dots (`https://example/roles`) is found too.
    pub fn find<'c>(&self, claims: &'c serde_json::Value) -> Option<&'c serde_json::Value> {
        let inside = || self.0.split('.').try_fold(claims, |value, name| value.get(name));
        claims.get(&self.0).or_else(inside)
    }
}

impl std::fmt::Display for Claim {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// Whether an address may be trusted to lead to whom it names: https, or this machine.
pub(crate) fn is_secure(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

struct Issuer(String);

impl Value for Issuer {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = String::read(value)?;
        let cure = "write the provider's issuer to the letter, as in \"https://login.example/realms/staff\" \
                    (http only on this machine)";
        let url = Url::parse(&text).ok().filter(is_secure);
        let plain = |url: &Url| url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        match url.is_some_and(|url| plain(&url)) {
            true => Ok(Self(text)),
            false => Err(Wrong::new(format!("holds \"{text}\", which is no issuer"), cure)),
        }
    }
}

struct Word(String);

impl Value for Word {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let word = String::read(value)?;
        match (1..=200).contains(&word.len())
            && word.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
        {
            true => Ok(Self(word)),
            false => Err(Wrong::new("is no word", "write 1 to 200 letters, digits or signs without spaces and quotes")),
        }
    }
}

struct Text(String);

impl Value for Text {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = String::read(value)?;
        match text.trim().is_empty() || text.len() > 200 {
            true => Err(Wrong::new("is empty or too long", "write 1 to 200 characters")),
            false => Ok(Self(text)),
        }
    }
}

impl Value for Claim {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        Text::read(value).map(|text| Self(text.0))
    }
}

pub(super) fn read(reader: &mut Reader<'_>, mut table: Table<'_, '_>, sites: &[super::Site]) -> Option<Oidc> {
    let issuer =
        table.require::<Issuer>(reader, "issuer", "name the provider, as in `issuer = \"https://login.example\"`");
    let client_id = table.require::<Word>(reader, "client_id", "name the console as the provider knows it");
    let name = table.get::<Text>(reader, "name");
    let scopes = table.list::<Word>(reader, "scopes").unwrap_or_else(standard_scopes);
    let audiences = table.list::<Text>(reader, "audiences").unwrap_or_default();
    let name_claim = table.get::<Claim>(reader, "name_claim");
    let role_claim = table.get::<Claim>(reader, "role_claim");
    let token_ttl = table.get::<Lifetime>(reader, "token_ttl").map_or(HOUR, |lifetime| lifetime.0);
    let place = table.place("role");
    let tables = table.tables(reader, "role");
    if tables.is_empty() {
        let cure = "add [[oidc.role]] with the `name` of a role and the `site` its bearers are agents of";
        reader.fault(&place, "nobody could sign in: `oidc` has no role".to_owned(), cure);
    }
    let roles = tables.into_iter().filter_map(|table| read_role(reader, table, sites)).collect();
    table.end(reader);
    let issuer = issuer?.0;
    let host = Url::parse(&issuer).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    Some(Oidc {
        name: name.map_or(host, |name| name.0),
        issuer,
        client_id: client_id?.0,
        scopes: with_openid(scopes),
        audiences: audiences.into_iter().map(|text| text.0).collect(),
        name_claim: name_claim.unwrap_or_else(|| Claim("preferred_username".to_owned())),
        role_claim: role_claim.unwrap_or_else(|| Claim("roles".to_owned())),
        token_ttl,
        roles,
    })
}

fn standard_scopes() -> Vec<Word> {
    ["profile", "email"].map(|scope| Word(scope.to_owned())).into()
}

fn with_openid(scopes: Vec<Word>) -> Vec<String> {
    let rest = scopes.into_iter().map(|scope| scope.0).filter(|scope| scope != "openid");
    std::iter::once("openid".to_owned()).chain(rest).collect()
}

fn read_role(reader: &mut Reader<'_>, mut table: Table<'_, '_>, sites: &[super::Site]) -> Option<OidcRole> {
    let name = table.require::<Text>(reader, "name", "name the role as the provider's tokens do");
    let place = table.place("site");
    let site = table.require::<SiteKey>(reader, "site", "name the site its bearers are agents of");
    table.end(reader);
    let site = site?;
    if !sites.iter().any(|known| known.key == site) {
        reader.fault(&place, format!("there is no site `{site}`"), "name a [[site]]'s key");
    }
    Some(OidcRole { name: name?.0, site })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Draft;
    use serde_json::json;

    const SITE: &str = "[[site]]\nkey = \"shop\"\norigins = [\"https://shop.example\"]\n";
    const ROLE: &str = "[[oidc.role]]\nname = \"support\"\nsite = \"shop\"\n";

    fn faults(oidc: &str) -> Vec<String> {
        match Draft::parse(&format!("{SITE}{oidc}")) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_cure() {
        let text = "[oidc]\nissuer = \"http://login.example\"\nscopes = [\"a b\"]\n[[oidc.role]]\nname = \"x\"\nsite = \"y\"\n";
        let found = faults(text).join("\n");
        for part in ["which is no issuer", "`oidc.client_id` is missing", "`oidc.scopes` is no word", "no site `y`"] {
            assert!(found.contains(part), "{part}: {found}");
        }
        let found = faults("[oidc]\nissuer = \"https://login.example\"\nclient_id = \"docent\"\n").join("\n");
        assert!(found.contains("nobody could sign in"), "{found}");
    }

    #[test]
    fn an_issuer_is_secure_or_on_this_machine() {
        for issuer in
            ["https://login.example", "http://localhost:9000/realms/a", "http://127.0.0.1:1", "http://[::1]:1"]
        {
            let text = format!("[oidc]\nissuer = \"{issuer}\"\nclient_id = \"docent\"\n{ROLE}");
            assert_eq!(faults(&text), Vec::<String>::new(), "{issuer}");
        }
        for issuer in ["http://login.example", "https://a.example?x", "https://u@a.example", "ftp://localhost", "login"]
        {
            let text = format!("[oidc]\nissuer = \"{issuer}\"\nclient_id = \"docent\"\n{ROLE}");
            assert!(faults(&text).join("\n").contains("no issuer"), "{issuer}");
        }
    }

    #[test]
    fn a_claim_is_found_by_its_name_or_by_the_way_to_it() {
        let claims = json!({"realm_access": {"roles": ["a"]}, "https://x.example/roles": ["b"], "name": "Ada"});
        let find = |name: &str| Claim(name.to_owned()).find(&claims).cloned();
        assert_eq!(find("realm_access.roles"), Some(json!(["a"])));
        assert_eq!(find("https://x.example/roles"), Some(json!(["b"])));
        assert_eq!(find("name"), Some(json!("Ada")));
        assert_eq!(find("name.first"), None);
        assert_eq!(find("nobody"), None);
    }
}
