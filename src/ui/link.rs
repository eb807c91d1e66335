//! Links in plain text.

/// A piece of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Plain text.
    Text(&'a str),
    /// An http or https address.
    Link(&'a str),
}

/// Cuts a text into what is an address and what is not. Together the pieces are the text again.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut begun, mut at) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = if within_word(text, at) { 0 } else { address(rest) };
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        if begun < at {
            pieces.push(Piece::Text(text.get(begun..at).unwrap_or_default()));
        }
        pieces.push(Piece::Link(rest.get(..length).unwrap_or_default()));
        at += length;
        begun = at;
    }
    if begun < text.len() {
        pieces.push(Piece::Text(text.get(begun..).unwrap_or_default()));
    }
    pieces
}

fn within_word(text: &str, at: usize) -> bool {
    at > 0 && text.as_bytes().get(at - 1).is_some_and(u8::is_ascii_alphanumeric)
}

/// How many bytes of `text` are an address, from its start; 0 where there is none.
fn address(text: &str) -> usize {
    let scheme = ["https://", "http://"].iter().find(|scheme| {
        text.as_bytes().get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    });
    let Some(scheme) = scheme else { return 0 };
    let ends = |byte: u8| byte <= b' ' || matches!(byte, b'<' | b'>' | b'"');
    let mut address = text.as_bytes().split(|byte| ends(*byte)).next().unwrap_or_default();
    // What ends a sentence does not belong to the address, nor does a bracket opened before it.
    while let Some((last, before)) = address.split_last() {
        let unpaired = |open: u8| !before.contains(&open);
        match last {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' => address = before,
            b')' if unpaired(b'(') => address = before,
            b']' if unpaired(b'[') => address = before,
            _ => break,
        }
    }
    if address.len() > scheme.len() { address.len() } else { 0 }
}
