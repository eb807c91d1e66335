//! Directories served as pages, beside the API.

use super::reader::{Reader, Table, Value, Wrong};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::path::PathBuf;
use toml::de::DeValue;

/// A directory served under a path.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it is served: `/`, or `/name/` with a slash at both ends.
    pub path: String,
    /// The files.
    pub dir: PathBuf,
    /// The files are the agents' console, and go out with the policy it needs.
    pub console: bool,
    /// Headers every answer carries.
    pub headers: HeaderMap,
}

/// A path as it stands in the file, brought to have a slash at both ends.
struct Mount(String);

impl Value for Mount {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let path = String::read(value)?;
        let inner = path.trim_matches('/');
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
        let segments_fine = inner.is_empty() || inner.split('/').all(|part| !matches!(part, "" | "." | ".."));
        match path.starts_with('/') && path.bytes().all(plain) && segments_fine {
            true if inner.is_empty() => Ok(Self("/".to_owned())),
            true => Ok(Self(format!("/{inner}/"))),
            false => Err(Wrong::new("is no path", "write it as in \"/\" or \"/console/\"")),
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_>, mut table: Table<'_, '_>) -> Option<Page> {
    let path = table.require::<Mount>(reader, "path", "say where the directory is served, as in `path = \"/\"`");
    let dir = table.require::<String>(reader, "dir", "name the directory to serve, as in `dir = \"www/shop\"`");
    let console = table.get::<bool>(reader, "console").unwrap_or(false);
    let headers = table.table(reader, "headers").map(|headers| read_headers(reader, headers));
    table.end(reader);
    Some(Page { path: path?.0, dir: PathBuf::from(dir?), console, headers: headers.unwrap_or_default() })
}

fn read_headers(reader: &mut Reader<'_>, table: Table<'_, '_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, span, value) in table.entries::<String>(reader) {
        match (HeaderName::try_from(&name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => {
                headers.append(name, value);
            }
            _ => reader.fault(&span, format!("`{name}` is no HTTP header"), "check its name and value"),
        }
    }
    headers
}
