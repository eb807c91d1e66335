//! How dates are written where they are for people: `SO-Culture`.

use jiff::Zoned;

/// The way a culture writes date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Culture(&'static str);

/// By language or language and country; a longer name comes before a shorter.
const CULTURES: [(&str, &str); 19] = [
    ("en-us", "%-m/%-d/%Y %-I:%M:%S %p"),
    ("en", "%d/%m/%Y %H:%M:%S"),
    ("nb", "%d.%m.%Y %H:%M:%S"),
    ("nn", "%d.%m.%Y %H:%M:%S"),
    ("no", "%d.%m.%Y %H:%M:%S"),
    ("da", "%d-%m-%Y %H:%M:%S"),
    ("de", "%d.%m.%Y %H:%M:%S"),
    ("fi", "%-d.%-m.%Y %-H.%M.%S"),
    ("ru", "%d.%m.%Y %H:%M:%S"),
    ("pl", "%d.%m.%Y %H:%M:%S"),
    ("cs", "%d.%m.%Y %H:%M:%S"),
    ("sv", "%Y-%m-%d %H:%M:%S"),
    ("fr-ca", "%Y-%m-%d %H:%M:%S"),
    ("fr", "%d/%m/%Y %H:%M:%S"),
    ("es", "%-d/%-m/%Y %-H:%M:%S"),
    ("it", "%d/%m/%Y %H:%M:%S"),
    ("nl", "%-d-%-m-%Y %H:%M:%S"),
    ("zh", "%Y/%-m/%-d %H:%M:%S"),
    ("ja", "%Y/%m/%d %-H:%M:%S"),
];

impl Culture {
    /// The culture of this name (`nb-NO`, `nb`). `None` where it is not known: then dates stay ISO 8601.
    pub fn find(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let language = name.split('-').next().unwrap_or_default();
        let found = CULTURES.iter().find(|(known, _)| *known == name);
        found.or_else(|| CULTURES.iter().find(|(known, _)| *known == language)).map(|(_, pattern)| Self(pattern))
    }

    /// Date and time as the culture writes them.
    pub fn format(self, when: &Zoned) -> String {
        when.strftime(self.0).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_culture_writes_its_own_way() {
        let when: Zoned = "2024-02-05T09:22:45[Europe/Oslo]".parse().expect("a time");
        for (name, written) in [
            ("en-US", "2/5/2024 9:22:45 AM"),
            ("en-GB", "05/02/2024 09:22:45"),
            ("nb-NO", "05.02.2024 09:22:45"),
            ("sv", "2024-02-05 09:22:45"),
        ] {
            assert_eq!(Culture::find(name).expect("known").format(&when), written);
        }
        assert_eq!(Culture::find("tlh"), None);
        for (_, pattern) in CULTURES {
            assert!(!Culture(pattern).format(&when).is_empty());
        }
    }
}
