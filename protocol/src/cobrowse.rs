//! The binary frames of co-browsing: a visitor's page as it is, then as it changes.
//!
//! This page is complete: a decoder can be written from it alone. Whoever decodes trusts nothing: a frame is what a
//! stranger's page wrote. What cannot be decoded is answered with [`ask::SNAPSHOT`].
//!
//! # Frame
//!
//! The gateway reads the header and passes the payload on unread.
//!
//! | frame | header | then |
//! |---|---|---|
//! | visitor → gateway | `u8` [flags](flag), `u32` watcher (0: every watcher that has a snapshot) | payload |
//! | gateway → visitor | `u8` 0, `u32` watcher | [agent's payload](ask) |
//!
//! Numbers of fixed size are little endian.
//!
//! # Payload
//!
//! ```text
//! payload := stream:u32 format:u8 body
//! format  := 0 the body as it is | 1 the body is "deflate-raw"
//! body    := opsLength:varint textsLength:varint ops texts values
//! ```
//!
//! `stream` is drawn at random whenever a recorder starts. A snapshot tells its stream; a mirror passes over frames of
//! any other. `texts` and `values` are UTF-8 and are read from front to back as `ops` asks for strings; `values` goes up
//! to the end. All three are used up when `ops` ends.
//!
//! # Primitives
//!
//! | name | bytes |
//! |---|---|
//! | `varint` | LEB128, unsigned, at most 32 bits |
//! | `svarint` | zigzag (`n << 1 ^ n >> 31`) in a `varint` |
//! | `id` | `svarint`: the difference from the `id` before it in this body; the first from 0 |
//! | `raw` | `varint` n: the next n UTF-16 code units of `values` |
//! | `text` | `varint` r. 0: `varint` n, the next n UTF-16 code units of `texts`. 1: the same, and it becomes the next entry of the texts table. r ≥ 2: entry r − 2 |
//! | `value` | the same over `values` and the values table |
//! | `name` | `varint` n: [`NAMES`]`[n]`, or entry n − `NAMES.len()` of the names table; where n is one past its last entry, a `raw` follows and becomes it |
//! | `shape` | `varint` s: entry s of the shapes table; where s is one past the last, a definition follows and becomes it: `name` (the element's local name), `varint` ([namespace](space) + 4 × number of attributes), that many `name`s |
//!
//! The four tables begin empty with each [`op::SNAPSHOT`] and are kept from frame to frame until the next, or until
//! [`op::RESET`] empties them. The difference of ids begins anew with each frame.
//!
//! A `name` of an attribute is its qualified name; `xlink:`, `xml:` and `xmlns` stand for their usual namespaces.
//!
//! # Nodes
//!
//! Nodes come as tokens in document order. Each takes the next id: one more than the node before it. A body that begins
//! a list says the first one's id.
//!
//! | token | what follows | |
//! |---|---|---|
//! | 0 [`token::END`] | | closes what was opened last; with nothing open it ends the list |
//! | 1 [`token::TEXT`] | `text` | a text node |
//! | 2 [`token::ID`] | `varint` | no node: the next node has this id |
//! | 3 [`token::SHADOW`] | nodes, `END` | the shadow root of the open element; it takes an id |
//! | 4 [`token::FRAME`] | `varint` [quirks](flag::QUIRKS), `value` base URL, nodes, `END` | the document inside the open frame element; it takes an id |
//! | 5 [`token::CONTENT`] | nodes, `END` | the content of the open `<template>`; it takes an id |
//! | 6 [`token::PAUSE`] | | the list goes on with the next [`op::MORE`] |
//! | 8 + s | rest of `shape` s, one `value` an attribute, nodes, `END` | an element |
//!
//! Comments, processing instructions and doctypes are not sent. `script`, `noscript`, `base`, `meta`, `object`, `embed`,
//! `applet` and blocked elements come without attributes and content: they only hold their place among their siblings. A
//! `<style>` or a `<link>` comes without its text or address: its sheet comes by [`op::OWN`]. An attribute that is missing
//! may be one that is not told. Fields have no `value`, `checked`, `selected`: their state comes by [`op::VALUE`] and
//! [`op::STATE`]. Addresses in attributes stand as the page wrote them, without query and fragment: a mirror resolves
//! them against the document's base URL.
//!
//! # Ops
//!
//! A body's `ops` is a sequence of these, a `u8` each and what follows. An id that is unknown is a fault, but in
//! [`op::REMOVE`], where it is passed over; so is one of the wrong kind.
//!
//! | op | what follows | |
//! |---|---|---|
//! | [`op::SNAPSHOT`] | `varint` id of the document, `varint` quirks, `value` base URL, nodes | everything begins anew, in the first part of a snapshot; the document's children |
//! | [`op::MORE`] | nodes | the list goes on, in the next part. Between parts there is nothing else |
//! | [`op::RESET`] | | the four tables are empty |
//! | [`op::INSERT`] | `id` parent, `id` before (0: last), `varint` first id, nodes | new nodes, one or more siblings |
//! | [`op::MOVE`] | `id` parent, `id` before (0: last), `varint` n, n × `id` | siblings, in this order, to this place |
//! | [`op::REMOVE`] | `varint` n, n × `id` | with all in them; their ids are free |
//! | [`op::DETACH`] | `varint` n, n × `id` | out of their parents; a later `MOVE` brings them back |
//! | [`op::ATTR`] | `id`, `name`, `value` | an attribute is set |
//! | [`op::ATTR_SPLICE`] | `id`, `name`, `varint` p, `varint` s, `raw` | of the attribute's old value p code units at the front and s at the end stay, `raw` between them |
//! | [`op::ATTR_GONE`] | `id`, `name` | an attribute is removed |
//! | [`op::TEXT`] | `id`, `varint` p, `varint` s, `raw` | the same for a text node's text |
//! | [`op::VALUE`] | `id`, `value` | what stands in an `input`, `textarea`, now; the words of a `<meta name=color-scheme>` |
//! | [`op::STATE`] | `id`, `varint` [bits](state) | all states of an element; those before are over |
//! | [`op::SCROLL`] | `id`, `svarint` x, `svarint` y | a scroller's (or document's) offset, CSS px |
//! | [`op::VIEW`] | `varint` width, `varint` height, `varint` 100 × device pixel ratio, `varint` 1: prefers dark | the viewport, CSS px, scroll bars included |
//! | [`op::POINTER`] | `svarint` x, `svarint` y, `id` | the pointer, CSS px in the viewport of the top document, and the element under it (0: none) |
//! | [`op::CLICK`] | `svarint` x, `svarint` y, `id` | a click there |
//! | [`op::FOCUS`] | `id` | the element that has the focus (0: none) |
//! | [`op::SELECT`] | `id`, `varint` offset, `id`, `varint` offset | anchor and focus of the selection, as a `Range` counts, of the children that are told; of a field the same id twice and its own offsets, of one that is masked where what is shown ends; where nothing is selected the caret, where it can write; id 0: none |
//! | [`op::SHEET`] | `varint` sheet, `varint` [kind](sheet), `value` base URL, then by kind | a sheet has this content now; sheets are numbered from 0 |
//! | [`op::OWN`] | `id`, `varint` sheet + 1 | the sheet of a `<style>` or `<link>` element (0: none) |
//! | [`op::ADOPT`] | `id`, `varint` n, n × `varint` sheet | a root's `adoptedStyleSheets` |
//! | [`op::RULES`] | `varint` sheet, `varint` start, `varint` gone, `varint` n, n × `raw` | top-level rules from `start` on: so many go, these come in their place |
//! | [`op::SHEET_STATE`] | `varint` sheet, `varint` disabled, `value` media | |
//! | [`op::SHEET_TEXT`] | 8 bytes hash, `raw` | answers [`ask::NEED`]; only to who asked |
//! | [`op::STILL`] | `id`, `varint` n, n bytes | what a `<canvas>` or `<video>` shows: JPEG, PNG or WebP |
//! | [`op::BOX`] | `id`, `varint` width, `varint` height, `value` | the size, CSS px, of what comes empty: blocked elements, frames of other origins, canvases, videos, objects, images without address; and declarations of how it stands among its siblings, where it comes without attributes |
//! | [`op::PAGE`] | `value` URL, `value` title, `value` base URL | where the visitor is; after a snapshot, and when it changes |
//! | [`op::PAUSED`] | `varint` on | the site names this page as one not to be shown: the mirror shows nothing |
//! | [`op::END`] | | sharing has ended |
//! | [`op::ATTR_LIKE`] | `id`, `name`, `varint` p, `varint` s, `raw` | as `ATTR_SPLICE`, of the value that an op of this body last gave an attribute of this name |
//! | [`op::TEXT_LIKE`] | `id`, `varint` p, `varint` s, `raw` | as `TEXT`, of the text that an op of this body last gave a text node |
//! | [`op::BASE`] | `id`, `value` base URL | a document's base URL is another from here on |
//! | [`op::DEFINED`] | `id`, `name` | in this document, custom elements of this name are defined |
//!
//! A snapshot is: frames with [`flag::SNAPSHOT`], all but the last with [`flag::MORE`]. The first begins with `SNAPSHOT`;
//! while the list of nodes goes on, the next ones begin with `MORE`. Other ops follow the list's end.
//!
//! # Agent's payload
//!
//! One `u8` of [`ask`] and what follows.
//!
//! | ask | what follows | |
//! |---|---|---|
//! | [`ask::POINTER`] | `svarint` x, `svarint` y | laser pointer, CSS px in the visitor's viewport |
//! | [`ask::POINTER_OFF`] | | it is gone |
//! | [`ask::SNAPSHOT`] | | a full snapshot, please |
//! | [`ask::NEED`] | `varint` n, n × 8 bytes hash | the texts of these sheets, please |
//!
//! # Style sheets by hash
//!
//! A sheet's text that is long comes as its hash. A mirror keeps texts by hash, for one site, as long as it likes, and
//! asks for those it lacks. The hash is the visitor's; nobody else computes it.
//!
//! # Style sheets that others import
//!
//! They have no numbers: a mirror fetches what an `@import` names. What a script has changed in one comes in the address
//! of the rule that imports it, in `SHEET`'s text or by `RULES`: `@import url("data:text/css;charset=utf-8,…")`, with the
//! layer, conditions and media that it had. Addresses in such a text are absolute; imports in it are of the same two kinds.

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $module:ident: $kind:ty { $($(#[doc = $vdoc:literal])+ $NAME:ident = $value:expr,)* })*) => {
        $($(#[doc = $doc])+ pub mod $module {
            $($(#[doc = $vdoc])+ pub const $NAME: $kind = $value;)*
        })*

        /// Every code by module and name, for what is generated from them.
        pub const CODES: &[(&str, &[(&str, u32)])] = &[
            $((stringify!($module), &[$((stringify!($NAME), $module::$NAME as u32),)*]),)*
        ];
    };
}

codes! {
    /// Bits of a frame's header and of a document.
    flag: u8 {
        /// The frame is a full snapshot, or a part of one.
        SNAPSHOT = 1,
        /// More parts of this snapshot follow.
        MORE = 2,
        /// Of a document: it is in quirks mode.
        QUIRKS = 1,
    }

    /// How a body is packed.
    format: u8 {
        /// As it is.
        PLAIN = 0,
        /// "deflate-raw".
        DEFLATED = 1,
    }

    /// The namespace of an element.
    space: u8 {
        /// HTML.
        HTML = 0,
        /// SVG.
        SVG = 1,
        /// MathML.
        MATH = 2,
    }

    /// Tokens of a list of nodes.
    token: u8 {
        /// Closes what was opened last.
        END = 0,
        /// A text node.
        TEXT = 1,
        /// The next node's id.
        ID = 2,
        /// A shadow root.
        SHADOW = 3,
        /// A frame's document.
        FRAME = 4,
        /// A template's content.
        CONTENT = 5,
        /// The list goes on in the next part.
        PAUSE = 6,
        /// The first of the elements.
        ELEMENT = 8,
    }

    /// What an op does.
    op: u8 {
        /// Everything begins anew.
        SNAPSHOT = 1,
        /// The snapshot's list of nodes goes on.
        MORE = 2,
        /// The tables are empty.
        RESET = 3,
        /// New nodes.
        INSERT = 4,
        /// Nodes change their place.
        MOVE = 5,
        /// Nodes go.
        REMOVE = 6,
        /// Nodes leave their place for a while.
        DETACH = 7,
        /// An attribute is set.
        ATTR = 8,
        /// A part of an attribute is replaced.
        ATTR_SPLICE = 9,
        /// An attribute is removed.
        ATTR_GONE = 10,
        /// A part of a text is replaced.
        TEXT = 11,
        /// What stands in a field.
        VALUE = 12,
        /// An element's states.
        STATE = 13,
        /// A scroller's offset.
        SCROLL = 14,
        /// The viewport.
        VIEW = 15,
        /// The pointer.
        POINTER = 16,
        /// A click.
        CLICK = 17,
        /// The focus.
        FOCUS = 18,
        /// The selection.
        SELECT = 19,
        /// A style sheet's content.
        SHEET = 20,
        /// An element's style sheet.
        OWN = 21,
        /// A root's adopted style sheets.
        ADOPT = 22,
        /// Rules of a sheet are replaced.
        RULES = 23,
        /// Whether a sheet is disabled, and its media.
        SHEET_STATE = 24,
        /// The text of a sheet that was asked for.
        SHEET_TEXT = 25,
        /// A still image.
        STILL = 26,
        /// The size of what comes empty.
        BOX = 27,
        /// The page's address and title.
        PAGE = 28,
        /// The page is not to be shown.
        PAUSED = 29,
        /// Sharing has ended.
        END = 30,
        /// An attribute is set to what is like another's value.
        ATTR_LIKE = 31,
        /// A text is replaced by what is like another.
        TEXT_LIKE = 32,
        /// A document's base URL.
        BASE = 33,
        /// Custom elements of a name are defined.
        DEFINED = 34,
    }

    /// Bits of [`op::STATE`].
    state: u32 {
        /// A box or radio button is checked.
        CHECKED = 1,
        /// A box is neither.
        INDETERMINATE = 2,
        /// An option is chosen.
        SELECTED = 4,
        /// A dialog is modal.
        MODAL = 8,
        /// A popover is shown.
        POPOVER = 16,
        /// The element fills the screen.
        FULLSCREEN = 32,
        /// It is masked.
        MASKED = 64,
        /// It is blocked.
        BLOCKED = 128,
    }

    /// How a sheet's content comes.
    sheet: u8 {
        /// At the base URL.
        URL = 0,
        /// `raw`: its text, whose addresses the base URL resolves.
        TEXT = 1,
        /// 8 bytes: the hash of such a text.
        HASH = 2,
        /// `varint` n, n × `raw`: its top-level rules.
        RULES = 3,
    }

    /// What an agent's mirror asks of a visitor's page.
    ask: u8 {
        /// The laser pointer.
        POINTER = 1,
        /// No laser pointer.
        POINTER_OFF = 2,
        /// A full snapshot.
        SNAPSHOT = 3,
        /// Texts of sheets.
        NEED = 4,
    }
}

/// Names every decoder knows: those of elements and attributes that most pages have. What stands first takes one byte.
#[rustfmt::skip]
pub const NAMES: &[&str] = &[
    "class", "style", "id", "href", "src", "d", "transform", "div", "span", "a", "p", "li", "ul", "td", "tr", "img",
    "button", "input", "label", "svg", "path", "g", "use", "title", "alt", "width", "height", "fill", "viewBox", "type",
    "name", "for", "role", "aria-label", "aria-hidden", "tabindex", "dir", "lang", "disabled", "hidden", "h1", "h2",
    "h3", "h4", "h5", "h6", "i", "b", "em", "strong", "small", "code", "pre", "table", "tbody", "thead", "tfoot", "th",
    "colspan", "rowspan", "section", "article", "header", "footer", "nav", "main", "aside", "form", "select", "option",
    "optgroup", "textarea", "fieldset", "legend", "placeholder", "rel", "media", "link", "script", "meta", "html",
    "head", "body", "br", "hr", "ol", "dl", "dt", "dd", "blockquote", "figure", "figcaption", "picture", "source",
    "srcset", "sizes", "video", "audio", "canvas", "iframe", "template", "slot", "details", "summary", "dialog", "open",
    "popover", "time", "datetime", "sup", "sub", "abbr", "cite", "q", "kbd", "mark", "rect", "circle", "line", "x", "y",
    "cx", "cy", "r", "x1", "y1", "x2", "y2", "rx", "ry", "points", "polygon", "polyline", "ellipse", "text", "tspan",
    "defs", "clipPath", "mask", "pattern", "linearGradient", "radialGradient", "stop", "offset", "stop-color",
    "gradientUnits", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "fill-rule", "clip-rule",
    "clip-path", "opacity", "xmlns", "xlink:href", "preserveAspectRatio", "xml:space", "noscript", "base", "area",
    "map", "col", "colgroup", "caption", "address", "data", "output", "progress", "meter", "datalist", "object",
    "embed", "var", "samp", "ins", "del", "u", "s", "wbr", "bdi", "bdo", "ruby", "rt", "rp", "hgroup", "menu", "search",
    "part", "exportparts", "readonly", "required", "checked", "multiple", "rows", "cols", "min", "max", "step",
    "maxlength", "size", "draggable", "contenteditable", "target", "scope", "start", "align", "valign", "bgcolor",
    "border", "cellpadding", "cellspacing", "aria-expanded", "aria-controls", "aria-labelledby", "aria-describedby",
    "aria-current", "aria-haspopup", "aria-selected", "aria-live", "math", "mi", "mo", "mn", "mrow", "mfrac", "msup",
    "msub", "font", "center",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_code_and_no_name_stands_for_two() {
        for (module, codes) in CODES {
            // The bits of frames and of documents are two sets.
            let codes = codes.iter().filter(|(name, _)| *name != "QUIRKS");
            let values: Vec<_> = codes.map(|(_, value)| value).collect();
            assert_eq!(values.iter().collect::<BTreeSet<_>>().len(), values.len(), "{module}");
        }
        assert_eq!(NAMES.iter().collect::<BTreeSet<_>>().len(), NAMES.len());
    }
}
