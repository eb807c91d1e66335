//! The site's policy, as the gateway tells it in its first frame.

use crate::dom::value::Value;
use docent_protocol::param::member;
use docent_protocol::source::Source;

/// How much consent something needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// The visitor is asked.
    Ask,
    /// The site has decided for it.
    Auto,
    /// The site has decided against it.
    Off,
}

impl Consent {
    fn parse(text: Option<String>) -> Self {
        match text.as_deref() {
            Some("auto") => Self::Auto,
            Some("off") => Self::Off,
            _ => Self::Ask,
        }
    }
}

/// What the site allows. What is not told is the careful choice.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Whether the visitor is asked before the page is left.
    pub navigation: Consent,
    /// Whether an agent may see the page.
    pub co_browse: Consent,
    /// The functions of `pzl.api` that may be called; `None` is all.
    pub callable: Option<Vec<String>>,
    /// How long a called function may take, in milliseconds.
    pub api_timeout_ms: i32,
    /// CSS selectors, comma separated, of what is masked beside the defaults.
    pub mask: String,
    /// CSS selectors of form fields that are not masked though the default would.
    pub unmask: String,
    /// CSS selectors of what is an empty box.
    pub block: String,
    /// Whether every text is masked.
    pub mask_all_text: bool,
    /// CSS selectors of what pauses the mirror.
    pub pause: String,
    /// Paths of pages that pause it.
    pub pause_pages: String,
    /// Whether requests are answered with `infoResponse`.
    pub info_response: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            navigation: Consent::Ask,
            co_browse: Consent::Ask,
            callable: None,
            api_timeout_ms: 10_000,
            mask: String::new(),
            unmask: String::new(),
            block: String::new(),
            mask_all_text: false,
            pause: String::new(),
            pause_pages: String::new(),
            info_response: false,
        }
    }
}

impl Policy {
    /// Reads `POLICY` (see ARCHITECTURE.md, "The wire").
    pub fn read(value: &Value) -> Self {
        let text = |name| member::<Option<String>, _>(value, name).unwrap_or_default();
        let flag = |name| value.field(name).and_then(|value| value.as_bool()).unwrap_or(false);
        let policy = Self::default();
        Self {
            navigation: Consent::parse(text("navigation")),
            co_browse: Consent::parse(text("coBrowse")),
            callable: value.field("callable").and_then(|list| list.texts()),
            api_timeout_ms: member::<Option<i32>, _>(value, "apiTimeoutMs")
                .unwrap_or_default()
                .unwrap_or(policy.api_timeout_ms),
            mask: text("mask").unwrap_or_default(),
            unmask: text("unmask").unwrap_or_default(),
            block: text("block").unwrap_or_default(),
            mask_all_text: flag("maskAllText"),
            pause: text("pause").unwrap_or_default(),
            pause_pages: text("pausePages").unwrap_or_default(),
            info_response: flag("infoResponse"),
        }
    }
}
