//! THE list of what an agent or bot can ask of a page (contract section 2).
//!
//! A row defines name, parameters, reply and docs. Dispatch, `getCapabilities`, the schemas and the TypeScript
//! types are made from it; a row without an implementation does not compile in the runtime. To add one: a row
//! here, a file under the runtime's `command/` or `request/`.

use crate::json::{Json, Object};
use crate::macros::{commands, names, objects};
use crate::param::{CssLength, FieldError, JsonArray};
use crate::source::Source;

/// A row: what is known of a command or request beside its types.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The wire's `type`.
    pub name: &'static str,
    /// Command or request.
    pub kind: RowKind,
    /// What it does.
    pub doc: &'static str,
    /// The parameters' JSON Schema.
    pub params: fn() -> Json,
    /// The JSON Schema of the values a success carries.
    pub reply: fn() -> Json,
}

/// Which `dataType` asks for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// It does something to the page.
    Command,
    /// It tells something of the page.
    InfoRequest,
}

impl RowKind {
    /// The `dataType`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::InfoRequest => "infoRequest",
        }
    }
}

/// The parameters of a row.
pub trait Command: Sized {
    /// The row.
    const ROW: Row;
    /// What a success carries.
    type Reply: Reply;

    /// Reads the parameters from a command's `data`.
    fn read<S: Source>(data: &S) -> Result<Self, FieldError>;
}

/// The values of a success.
pub trait Reply {
    /// The values, to stand beside `eventId`, `id`, `type` and `status`.
    fn values(&self) -> Object;
}

names! {
    /// What `initiateCoBrowse` asks for.
    CoBrowseWish ("requestPermission, active or disabled") {
        /// Ask the visitor.
        RequestPermission = "requestPermission",
        /// Start without asking, where the site's policy says so.
        Active = "active",
        /// End it.
        Disabled = "disabled",
    }

    /// Whether an agent may see the page.
    CoBrowseState ("active or disabled") {
        /// The visitor shares the page.
        Active = "active",
        /// Nothing is shared.
        Disabled = "disabled",
    }
}

objects! {
    /// A highlight's colours, in CSS.
    HighlightColors {
        /// The label's background. Default yellow.
        background = "background": Option<String>,
        /// The square. Default red.
        square = "square": Option<String>,
        /// The label's text. Default black.
        label = "label": Option<String>,
    }

    /// A place in the viewport, in CSS values; numbers are pixels.
    HighlightRect {
        /// From the viewport's top.
        top = "top": CssLength,
        /// From the viewport's left.
        left = "left": CssLength,
        /// How wide.
        width = "width": CssLength,
        /// How high.
        height = "height": CssLength,
    }

    /// The visitor's viewport, in CSS pixels.
    Viewport {
        /// How wide.
        width = "width": i32,
        /// How high.
        height = "height": i32,
    }
}

commands! { ($)
    /// Turns the visitor's chat input off (`true`) or on (`false`). It lasts over reloads and tabs.
    Command "disableChatInput"
    DisableChatInput {
        /// Whether the input is off.
        value = "value": bool,
    }
    DisableChatInputReply {
        /// Whether the input is off.
        value = "value": bool,
    }

    /// Takes the visitor to another page of the same origin, after asking where the site wants it so.
    Command "navigateTo"
    NavigateTo {
        /// Where to; resolved as a link on the page would be.
        url = "url": String,
    }
    NavigateToReply {
        /// The URL as it was given.
        url = "url": String,
    }

    /// Draws a square with a label round an element or a rectangle, until it is replaced, cleared or used.
    Command "highlightDom"
    HighlightDom {
        /// XPath 1.0 against the document; the first match is taken. Empty to use `rect`.
        selector = "selector": String,
        /// Plain text beside the square.
        label = "label": Option<String>,
        /// The colours.
        colors = "colors": Option<HighlightColors>,
        /// The rectangle, where `selector` is empty.
        rect = "rect": Option<HighlightRect>,
    }
    HighlightDomReply {}

    /// Removes the highlight.
    Command "clearHighlight"
    ClearHighlight {}
    ClearHighlightReply {}

    /// Asks the visitor to share the page, starts sharing where the site's policy allows it unasked, or ends it.
    Command "initiateCoBrowse"
    InitiateCoBrowse {
        /// What is wanted.
        co_browse_state = "coBrowseState": CoBrowseWish,
    }
    InitiateCoBrowseReply {
        /// What is now.
        co_browse_state = "coBrowseState": CoBrowseState,
    }

    /// Calls a function of the page's `window.pzl.api`.
    Command "callVisitorApi"
    CallVisitorApi {
        /// The function's name.
        function_name = "functionName": String,
        /// What it is called with.
        args = "args": JsonArray,
    }
    CallVisitorApiReply {
        /// What it returned; `null` for nothing.
        result = "result": Json,
    }

    /// Tells the visitor's time.
    InfoRequest "getLocalTime"
    GetLocalTime {}
    GetLocalTimeReply {
        /// The instant, RFC 3339 UTC with milliseconds.
        value = "value": String,
        /// The visitor's time zone, an IANA name.
        time_zone = "timeZone": String,
        /// Local time less UTC, in minutes.
        utc_offset = "utcOffset": i32,
    }

    /// Tells the value of a form field, or the text of another element. Masked ones are not told.
    InfoRequest "getElementValue"
    GetElementValue {
        /// XPath 1.0 against the document; the first match is taken.
        selector = "selector": String,
    }
    GetElementValueReply {
        /// The value or text.
        value = "value": String,
    }

    /// Tells the page's DOM as HTML, masked, while the visitor shares the page.
    InfoRequest "getCoBrowseDom"
    GetCoBrowseDom {}
    GetCoBrowseDomReply {
        /// The HTML.
        value = "value": String,
    }

    /// Tells where the visitor is.
    InfoRequest "getPageInfo"
    GetPageInfo {}
    GetPageInfoReply {
        /// The page's address.
        url = "url": String,
        /// The page's title.
        title = "title": String,
        /// Where the visitor came from; empty where unknown.
        referrer = "referrer": String,
        /// The viewport.
        viewport = "viewport": Viewport,
        /// The browser's language.
        language = "language": String,
    }

    /// Tells what this page can be asked, what the site's policy allows, and with which parameters.
    InfoRequest "getCapabilities"
    GetCapabilities {}
    GetCapabilitiesReply {
        /// The runtime's version.
        version = "version": String,
        /// One entry a row: `type`, `dataType`, `allowed`, `params` (JSON Schema).
        commands = "commands": Json,
        /// The functions of `window.pzl.api` that may be called now.
        functions = "functions": Vec<String>,
    }
}

/// The row of this name.
pub fn find(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_every_row_says_what_it_does() {
        let names: HashSet<_> = ROWS.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), ROWS.len());
        assert!(ROWS.iter().all(|row| row.doc.trim().len() > 20));
    }

    #[test]
    fn every_schema_is_json_that_describes_an_object() {
        for row in ROWS {
            for schema in [(row.params)(), (row.reply)()] {
                let schema: Value = serde_json::from_str(schema.as_str()).expect("a schema is JSON");
                assert_eq!(schema["type"], "object", "{}", row.name);
            }
        }
    }

    #[test]
    fn parameters_are_read_and_faults_are_named_by_their_path() {
        let data = json!({"type": "highlightDom", "selector": "//a", "colors": {"square": 3}});
        let error = HighlightDom::read(&&data).expect_err("refused");
        assert_eq!(error.to_string(), "`colors.square` must be a string");
        let data = json!({"selector": "", "rect": {"top": 1, "left": "2%", "width": "3px"}});
        let error = HighlightDom::read(&&data).expect_err("refused");
        assert_eq!(error.field, "rect.height");
        let data = json!({"coBrowseState": "on"});
        let error = InitiateCoBrowse::read(&&data).expect_err("refused");
        assert_eq!(error.to_string(), "`coBrowseState` must be requestPermission, active or disabled");
    }

    #[test]
    fn a_reply_writes_its_values() {
        let reply = GetLocalTimeReply { value: "v".to_owned(), time_zone: "UTC".to_owned(), utc_offset: 60 };
        assert_eq!(reply.values().end().as_str(), r#"{"value":"v","timeZone":"UTC","utcOffset":60}"#);
    }
}
